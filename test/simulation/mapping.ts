/**
 * Lambda's event source mappings of SQS queues, with partial batch responses and a maximum of
 * concurrency.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { QueueName, Received, ReceiveOptions } from "../../core/ports.ts";
import { queueKey } from "../support/queueKey.ts";
import type { Environment } from "./environment.ts";
import type { SimulatedFunction } from "./lambda.ts";
import type { SimulatedProcess } from "./process.ts";

/** What a mapping needs of the queues. */
export interface MappingQueues {
  next(queue: QueueName, visibilitySeconds: number): Promise<Received<unknown>>;
  receive(queue: QueueName, options: ReceiveOptions): unknown;
  remove(queue: QueueName, handle: string): void;
}

export interface MappingOptions {
  queue: QueueName;
  batchSize: number;
  concurrency: number;
  visibilitySeconds: number;
  /** Is told of the process that serves a batch. */
  onServe?: (process: SimulatedProcess, batch: readonly Received<unknown>[]) => void;
}

/** A mapping that has been started. */
export interface Mapping {
  /** Concurrency that is not used now. */
  idle(): number;
  /** When Lambda last gave up a batch, being short of concurrency (virtual milliseconds). */
  gaveUpAt(): number;
}

/** Starts the pollers of a mapping. */
export function startMapping(
  env: Environment,
  queues: MappingQueues,
  lambda: SimulatedFunction<SQSEvent, SQSBatchResponse>,
  options: MappingOptions,
): Mapping {
  let idle = 0;
  let gaveUpAt = 0;
  const poll = async (): Promise<never> => {
    for (;;) {
      idle += 1;
      const batch = await nextBatch(queues, options);
      idle -= 1;
      const served = await serve(env, queues, lambda, options, batch);
      if (!served) gaveUpAt = env.world.now;
    }
  };
  for (let poller = 0; poller < options.concurrency; poller += 1) void poll();
  return { idle: () => idle, gaveUpAt: () => gaveUpAt };
}

async function nextBatch(
  queues: MappingQueues,
  { queue, batchSize, visibilitySeconds }: MappingOptions,
): Promise<Received<unknown>[]> {
  const batch = [await queues.next(queue, visibilitySeconds)];
  while (batch.length < batchSize) {
    const message = queues.receive(queue, { waitSeconds: 0, visibilitySeconds });
    if (!message) break;
    batch.push(message as Received<unknown>);
  }
  return batch;
}

/** Lambda tries again for a while when a function has no concurrency left. */
const THROTTLED_MS = [1000, 20_000] as const;

/** @returns whether the function was invoked */
async function serve(
  env: Environment,
  queues: MappingQueues,
  lambda: SimulatedFunction<SQSEvent, SQSBatchResponse>,
  { queue, onServe }: MappingOptions,
  batch: readonly Received<unknown>[],
): Promise<boolean> {
  const { world, random, faults } = env;
  await world.sleep(random.latency(10));
  if (faults.strikes("throttled invocation")) {
    await world.sleep(random.whole(...THROTTLED_MS));
    // Given up: the messages return when their visibility is over, one receive less to go.
    if (random.chance(0.3)) return false;
  }
  const answer = await lambda.invoke(
    { Records: batch.map((each, index) => toRecord(each, index, queue)) },
    (process) => onServe?.(process, batch),
  );
  // A failed invocation deletes nothing: the messages return when their visibility is over.
  if (!answer) return true;
  const kept = new Set(answer.batchItemFailures.map((each) => each.itemIdentifier));
  for (const [index, { handle }] of batch.entries()) {
    if (!kept.has(String(index))) queues.remove(queue, handle);
  }
  return true;
}

function toRecord(
  { body, handle, sentAt, receives }: Received<unknown>,
  index: number,
  queue: QueueName,
): SQSRecord {
  return {
    messageId: String(index),
    receiptHandle: handle,
    body: JSON.stringify(body),
    attributes: {
      SentTimestamp: String(sentAt),
      ApproximateReceiveCount: String(receives),
      SenderId: "simulated",
      ApproximateFirstReceiveTimestamp: String(sentAt),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:here:1:${queueKey(queue)}`,
    awsRegion: "",
  };
}
