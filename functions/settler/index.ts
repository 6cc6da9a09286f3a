/**
 * The settler function: performs what futures owe when nobody else did, or when their time comes.
 */
import { createPorts } from "../../aws/ports.ts";
import { createLogger } from "../observe/logger.ts";
import { createSettler } from "./handler.ts";

export const handler = createSettler(createPorts(process.env), createLogger("settler"));
