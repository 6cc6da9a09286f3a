/**
 * Which URL a queue has.
 */
import type { Resources } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { QueueName } from "../../core/ports.ts";

export function queueUrl(resources: Resources, queue: QueueName): string {
  if (queue === "permits") return resources.permitQueue;
  if (queue === "settle") return resources.settleQueue;
  const url = resources.bandQueues[queue.band];
  if (!url) throw new ConfigurationError(`FORERUN_BAND_QUEUES has no queue of band ${queue.band}.`);
  return url;
}

/** @throws ConfigurationError in a function that is not given the dead-letter queues */
export function deadQueueUrl(resources: Resources, queue: QueueName): string {
  const { bandQueues, deadQueues } = resources;
  // In the order bands…, permit, settle.
  const index =
    queue === "permits"
      ? bandQueues.length
      : queue === "settle"
        ? bandQueues.length + 1
        : queue.band;
  const url = deadQueues[index];
  if (!url) throw new ConfigurationError(`FORERUN_DEAD_QUEUES has no queue number ${index}.`);
  return url;
}
