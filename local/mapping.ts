/**
 * An event source mapping: receives from a queue and invokes a function with what comes.
 */
import type { SQSRecord } from "aws-lambda";
import { messageOf } from "./errors.ts";
import type { Caller } from "./gateway/call.ts";
import type { InProcessCall } from "./gateway.ts";
import type { Json } from "./json.ts";
import type { LambdaFunction } from "./lambda/function.ts";
import { doneMessages } from "./mapping/batchResponse.ts";
import { type ReceivedMessage, toRecord } from "./mapping/record.ts";
import { Signal } from "./mapping/signal.ts";
import { splitBySize } from "./mapping/split.ts";
import type { MappingSpec } from "./template/readMapping.ts";

export interface MappingOptions {
  spec: MappingSpec;
  target: LambdaFunction;
  call: InProcessCall;
  /** Signs its receives and deletes, so that they are counted apart from the function's. */
  caller: Caller;
  queueUrl: string;
  log: (line: string) => void;
}

/** The longest that SQS lets a receive wait. */
const LONG_POLL_SECONDS = 20;

/** After a receive that failed. */
const PAUSE_MILLISECONDS = 1000;

/** SQS's limit for a receive and for a batch of deletes. */
const SQS_BATCH = 10;

export class Mapping {
  readonly #options: MappingOptions;
  readonly #limit: number;
  readonly #free = new Signal();
  #inWork = 0;
  #stopped = false;

  constructor(options: MappingOptions) {
    this.#options = options;
    this.#limit = options.spec.maximumConcurrency ?? options.target.limit;
  }

  start(): void {
    void this.#poll();
  }

  /** Receives no more; batches in work go on. */
  stop(): void {
    this.#stopped = true;
    this.#free.raise();
  }

  /** One receive at a time, and only while a batch could start: none waits in here. */
  async #poll(): Promise<void> {
    const { log, spec } = this.#options;
    while (!this.#stopped) {
      if (this.#inWork >= this.#limit) {
        await this.#free.raised();
        continue;
      }
      try {
        const batch = await this.#collect();
        if (batch.length > 0) void this.#deliver(batch);
      } catch (error) {
        if (this.#stopped) return;
        log(`${spec.logicalId}: receiving from ${spec.queueName} failed: ${messageOf(error)}`);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
      }
    }
  }

  async #collect(): Promise<ReceivedMessage[]> {
    const { batchSize, windowSeconds } = this.#options.spec;
    const batch = await this.#receive(Math.min(batchSize, SQS_BATCH), LONG_POLL_SECONDS);
    const end = Date.now() + windowSeconds * 1000;
    while (batch.length > 0 && batch.length < batchSize && !this.#stopped) {
      const left = Math.floor((end - Date.now()) / 1000);
      if (left < 1) break;
      const room = Math.min(batchSize - batch.length, SQS_BATCH);
      batch.push(...(await this.#receive(room, Math.min(left, LONG_POLL_SECONDS))));
    }
    return batch;
  }

  async #receive(count: number, waitSeconds: number): Promise<ReceivedMessage[]> {
    const body = await this.#call("ReceiveMessage", {
      MaxNumberOfMessages: count,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return (body.Messages ?? []) as ReceivedMessage[];
  }

  async #deliver(batch: readonly ReceivedMessage[]): Promise<void> {
    this.#inWork += 1;
    const records = batch.map((message) => toRecord(message, this.#options.spec.queueArn));
    for (const part of splitBySize(records)) await this.#invoke(part);
    this.#inWork -= 1;
    this.#free.raise();
  }

  async #invoke(records: readonly SQSRecord[]): Promise<void> {
    const { log, spec, target } = this.#options;
    try {
      const payload = await target.invoke({ Records: records });
      const ids = records.map(({ messageId }) => messageId);
      const done = new Set(spec.reportsFailures ? doneMessages(payload, ids) : ids);
      await this.#delete(records.filter(({ messageId }) => done.has(messageId)));
    } catch (error) {
      // Its messages come back when their visibility timeout ends, as on AWS.
      if (!this.#stopped) log(`${spec.logicalId}: a batch failed: ${messageOf(error)}`);
    }
  }

  async #delete(records: readonly SQSRecord[]): Promise<void> {
    for (let start = 0; start < records.length; start += SQS_BATCH) {
      const Entries = records
        .slice(start, start + SQS_BATCH)
        .map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
      await this.#call("DeleteMessageBatch", { Entries });
    }
  }

  async #call(operation: string, parameters: Json): Promise<Json> {
    const { call, caller, queueUrl } = this.#options;
    const body = { QueueUrl: queueUrl, ...parameters };
    const answer = await call(caller, "sqs", operation, body, () => this.#stopped);
    if (answer.status !== 200) throw new Error(`${operation}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
