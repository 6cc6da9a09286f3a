/**
 * Lambda and its SQS event source mappings: processes that serve one invocation at a time, are kept
 * for the next one, die of themselves or by the function's timeout, and answer with the messages
 * that are not to be deleted.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Ports, QueueName, Received } from "../../core/ports.ts";
import { queueKey } from "../support/queueKey.ts";
import { type Environment, SimulatedProcess } from "./process.ts";
import type { SimulatedQueues } from "./simulatedQueues.ts";

/** The function's code, once for each process. */
export type Load<E, A> = (ports: Ports, process: SimulatedProcess) => (event: E) => Promise<A>;

export type MakePorts = (process: SimulatedProcess) => Ports;

export class SimulatedFunction<E, A> {
  private readonly idle: { process: SimulatedProcess; handler: (event: E) => Promise<A> }[] = [];
  private readonly env: Environment;
  private readonly makePorts: MakePorts;
  private readonly load: Load<E, A>;
  private readonly timeoutMs: number;

  constructor(env: Environment, makePorts: MakePorts, load: Load<E, A>, timeoutMs: number) {
    this.env = env;
    this.makePorts = makePorts;
    this.load = load;
    this.timeoutMs = timeoutMs;
  }

  /** What the function answered, or undefined if it threw, died or took too long. */
  async invoke(event: E): Promise<A | undefined> {
    const warm = this.idle.pop() ?? this.start();
    const { process, handler } = warm;
    let ended = false;
    this.env.world.after(this.timeoutMs, () => {
      if (!ended) process.die();
    });
    const answer = await Promise.race([
      handler(event).catch(() => undefined),
      process.died.then(() => undefined),
    ]);
    ended = true;
    // Mostly kept, as Lambda does.
    if (process.alive && this.env.random.chance(0.95)) this.idle.push(warm);
    else process.die();
    return answer;
  }

  private start() {
    const process = new SimulatedProcess(this.env);
    return { process, handler: this.load(this.makePorts(process), process) };
  }
}

export interface MappingOptions {
  queue: QueueName;
  batchSize: number;
  concurrency: number;
  visibilitySeconds: number;
}

/** Starts the pollers of an event source mapping with partial batch responses. */
export function startMapping(
  env: Environment,
  queues: SimulatedQueues,
  lambda: SimulatedFunction<SQSEvent, SQSBatchResponse>,
  options: MappingOptions,
): void {
  for (let poller = 0; poller < options.concurrency; poller += 1) {
    void poll(env, queues, lambda, options);
  }
}

async function poll(
  env: Environment,
  queues: SimulatedQueues,
  lambda: SimulatedFunction<SQSEvent, SQSBatchResponse>,
  { queue, batchSize, visibilitySeconds }: MappingOptions,
): Promise<never> {
  for (;;) {
    const batch: Received<unknown>[] = [];
    while (batch.length < batchSize) {
      const waitSeconds = batch.length === 0 ? 20 : 0;
      const message = await queues.receive(queue, { waitSeconds, visibilitySeconds });
      if (!message) break;
      batch.push(message);
    }
    if (batch.length === 0) continue;
    await env.world.sleep(env.random.latency(10));
    const answer = await lambda.invoke({
      Records: batch.map((each, index) => toRecord(each, index, queue)),
    });
    // A failed invocation deletes nothing: the messages return when their visibility is over.
    if (!answer) continue;
    const kept = new Set(answer.batchItemFailures.map((each) => each.itemIdentifier));
    for (const [index, { handle }] of batch.entries()) {
      if (!kept.has(String(index))) await queues.remove(queue, handle);
    }
  }
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
