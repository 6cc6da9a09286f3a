/**
 * The thread in which a worker's heart beats, with connections of its own.
 */
import { parentPort } from "node:worker_threads";
import { createPorts } from "../../aws/ports.ts";
import { createHeart } from "../../worker/heart.ts";
import { serveHeart } from "../../worker/threadHeart.ts";

if (!parentPort) throw new Error("heartbeat-thread is started by the worker function.");

// A thread cannot end its process by process.exit(), and the main thread may be blocked for good.
const endProcess = () => process.kill(process.pid, "SIGKILL");

serveHeart(parentPort, createHeart(createPorts(process.env), endProcess));
