/**
 * The sweeper function: each minute it sends reminders that lay far ahead, rings permits that were
 * lost, and sends dead letters again.
 */
import { createPorts } from "../../aws/ports.ts";
import { Emf } from "../observe/emf.ts";
import { createLogger, stage } from "../observe/logger.ts";
import { sweeperMetrics } from "../observe/sweeperMetrics.ts";
import { createSweeper } from "./handler.ts";

export const handler = createSweeper(
  createPorts(process.env),
  createLogger("sweeper"),
  sweeperMetrics(new Emf(stage(), (line) => process.stdout.write(`${line}\n`))),
);
