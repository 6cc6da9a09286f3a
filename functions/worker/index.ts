/**
 * The worker function: runs the user's tasks, one at a time, the most urgent first.
 */
import { Worker as Thread } from "node:worker_threads";
import worker from "#tasks";
import { createInvoke } from "../../aws/lambda/invoke.ts";
import { createPorts } from "../../aws/ports.ts";
import { readResources } from "../../core/config.ts";
import { withLambdaTasks } from "../../worker/lambdaTasks.ts";
import { createPermitHandler } from "../../worker/permitHandler.ts";
import { heartInThread, startedSoon } from "../../worker/threadHeart.ts";
import { createLogger } from "../observe/logger.ts";
import { workerTelemetry } from "../observe/workerTelemetry.ts";

const logger = createLogger("worker");
const ports = createPorts(process.env);

// Not with the first task, whose handler may block; and not before this process can take a permit.
const thread = startedSoon(() => {
  const started = new Thread(new URL("./heartbeat-thread.mjs", import.meta.url));
  started.on("error", (error) => {
    logger.error("The heartbeat thread ended; this process cannot keep leases.", { error });
    process.exit(1);
  });
  // The thread alone does not keep a process alive that has nothing else to do.
  started.unref();
  return started;
});

const own = readResources(process.env).pools.find(({ name }) => name === ports.config.pool);

export const handler = createPermitHandler({
  ports,
  reservedQueue: own?.reserved?.split("/").at(-1),
  worker: withLambdaTasks(worker, process.env, createInvoke()),
  heart: heartInThread(thread),
  loggerFor: (fields) => logger.createChild({ persistentKeys: fields }),
  telemetry: workerTelemetry({
    ...ports,
    logger,
    write: (line) => process.stdout.write(`${line}\n`),
  }),
});
