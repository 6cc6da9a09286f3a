/**
 * The function that reads futures: wiring only.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { handle } from "hono/aws-lambda";
import { createPorts } from "../../aws/ports.ts";
import { readTenantClaim } from "../http/caller.ts";
import { createWaitApp } from "./app.ts";

const logger = new Logger({ serviceName: "forerun-wait" });

export const handler = handle(
  createWaitApp({
    ports: createPorts(process.env),
    logger,
    tenantClaim: readTenantClaim(process.env),
  }),
);
