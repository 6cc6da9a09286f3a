/**
 * The sweeper function: each minute it sends reminders that lay far ahead, rings permits that were
 * lost, and sends dead letters again.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { createPorts } from "../../aws/ports.ts";
import { createSweeper } from "./handler.ts";

export const handler = createSweeper(
  createPorts(process.env),
  new Logger({ serviceName: "forerun-sweeper" }),
);
