/**
 * The sweeper function: each minute it sends reminders that lay far ahead, rings permits that were
 * lost, and sends dead letters again.
 */
import { createPorts } from "../../aws/ports.ts";
import { createLogger } from "../observe/logger.ts";
import { createSweeper } from "./handler.ts";

export const handler = createSweeper(createPorts(process.env), createLogger("sweeper"));
