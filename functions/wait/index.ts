/**
 * The function that reads futures: wiring only.
 */
import { createPorts } from "../../aws/ports.ts";
import { readTenantClaim } from "../http/caller.ts";
import { lambdaHandler } from "../http/lambda.ts";
import { createLogger } from "../observe/logger.ts";
import { createWaitApp } from "./app.ts";

const logger = createLogger("wait");

export const handler = lambdaHandler(
  createWaitApp({
    ports: createPorts(process.env),
    logger,
    tenantClaim: readTenantClaim(process.env),
  }),
);
