/**
 * The settler function: performs what futures owe when nobody else did, or when their time comes.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { createPorts } from "../../aws/ports.ts";
import { createSettler } from "./handler.ts";

export const handler = createSettler(
  createPorts(process.env),
  new Logger({ serviceName: "forerun-settler" }),
);
