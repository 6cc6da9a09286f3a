/**
 * The function that reads futures: wiring only.
 */
import { handle } from "hono/aws-lambda";
import { createPorts } from "../../aws/ports.ts";
import { readTenantClaim } from "../http/caller.ts";
import { createLogger } from "../observe/logger.ts";
import { createWaitApp } from "./app.ts";

const logger = createLogger("wait");

export const handler = handle(
  createWaitApp({
    ports: createPorts(process.env),
    logger,
    tenantClaim: readTenantClaim(process.env),
  }),
);
