/**
 * The thread in which a worker's heart beats, with connections of its own.
 */
import { writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { createPorts } from "../../aws/ports.ts";
import { createHeart } from "../../worker/heart.ts";
import { serveHeart } from "../../worker/threadHeart.ts";
import { workerTelemetry } from "../observe/workerTelemetry.ts";

const STDOUT = 1;

if (!parentPort) throw new Error("heartbeat-thread is started by the worker function.");

// A thread cannot end its process by process.exit(), and the main thread may be blocked for good.
const endProcess = () => process.kill(process.pid, "SIGKILL");

const ports = createPorts(process.env);

// What a thread prints is passed on by the main thread, which may be blocked for good.
const write = (line: string) => void writeSync(STDOUT, `${line}\n`);
const say = (level: string) => (message: string, fields?: Record<string, unknown>) =>
  write(JSON.stringify({ level, message, service: "forerun-worker", ...fields }));
const logger = { debug() {}, info: say("INFO"), warn: say("WARN"), error: say("ERROR") };
const telemetry = workerTelemetry({ ...ports, logger, write });

serveHeart(parentPort, createHeart(ports, endProcess, telemetry));
