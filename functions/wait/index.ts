/**
 * The function that reads futures: wiring only.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { handle } from "hono/aws-lambda";
import { createPorts } from "../../aws/ports.ts";
import { createWaitApp } from "./app.ts";

const logger = new Logger({ serviceName: "forerun-wait" });

export const handler = handle(createWaitApp(createPorts(process.env), logger));
