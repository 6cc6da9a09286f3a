/**
 * The settler function: performs what futures owe when nobody else did, or when their time comes.
 */
import { createNotices } from "../../aws/eventbridge/notices.ts";
import { createPorts } from "../../aws/ports.ts";
import { createLogger } from "../observe/logger.ts";
import { createSettler } from "./handler.ts";

const bus = process.env.FORERUN_EVENT_BUS;

export const handler = createSettler(
  createPorts(process.env, bus ? { notices: createNotices(bus) } : {}),
  createLogger("settler"),
);
