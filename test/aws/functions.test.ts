/**
 * The settler and the sweeper on DynamoDB and SQS.
 */
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createStore } from "../../aws/dynamodb/store.ts";
import { createQueues } from "../../aws/sqs/queues.ts";
import { DEFAULT_CONFIG, type QueueResources } from "../../core/config.ts";
import type { Ports } from "../../core/ports.ts";
import { systemClock } from "../../core/systemClock.ts";
import { createSettler } from "../../functions/settler/handler.ts";
import { createSweeper } from "../../functions/sweeper/handler.ts";
import { startDynamo, type TestDynamo } from "../support/dynamodb.ts";
import { MemoryObjects } from "../support/memoryObjects.ts";
import { PERMITS } from "../support/queueKey.ts";
import { taskRecord } from "../support/records.ts";
import { startSqs, type TestSqs } from "../support/sqs.ts";

let dynamo: TestDynamo;
let sqs: TestSqs;
let resources: QueueResources;
let ports: Ports;
let ids = 0;
const logger = { debug: vi.fn(), info: vi.fn(), error: vi.fn() };

beforeAll(async () => {
  [dynamo, sqs] = await Promise.all([startDynamo(), startSqs()]);
});
afterAll(() => Promise.all([dynamo.stop(), sqs.stop()]));
beforeEach(async () => {
  vi.clearAllMocks();
  resources = sqs.createQueues(DEFAULT_CONFIG.bands.length);
  ports = {
    config: DEFAULT_CONFIG,
    store: createStore(dynamo.client, await dynamo.createTable(), systemClock.now),
    objects: new MemoryObjects(),
    queues: createQueues(sqs.client, resources),
    clock: systemClock,
    random: Math.random,
    newId: () => `id-${++ids}`,
  };
});

describe("the settler", () => {
  const settle = (...bodies: string[]) =>
    createSettler(
      ports,
      logger,
    )({
      Records: bodies.map((body, index) => ({ messageId: `m${index}`, body }) as SQSRecord),
    });

  it("sees to every future of a batch", async () => {
    const timers = [0, 1, 2].map((index) =>
      taskRecord({ id: `timer-${index}`, kind: "timer", due: 1, result: "null" }),
    );
    for (const timer of timers) await ports.store.insert(timer);
    const answer = await settle(...timers.map(({ id }) => JSON.stringify({ id })));
    expect(answer).toEqual({ batchItemFailures: [] });
    for (const { id } of timers) expect((await ports.store.read(id))?.state).toBe("succeeded");
  });

  it("fails only the message that cannot be read, so that it becomes a dead letter", async () => {
    await ports.store.insert(taskRecord({ id: "timer", kind: "timer", due: 1 }));
    const answer = await settle("no JSON", '{"id":"timer"}', "null", '{"id":7}', '{"id":"gone"}');
    const failed = answer.batchItemFailures.map((each) => each.itemIdentifier);
    expect(failed).toEqual(["m0", "m2", "m3"]);
    expect((await ports.store.read("timer"))?.state).toBe("succeeded");
  });

  it("does not throw when the table fails, and keeps the message", async () => {
    ports.store.read = () => Promise.reject(new Error("throttled"));
    expect(await settle('{"id":"a"}')).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
    const fields = { futureId: "a", messageId: "m0", error: new Error("throttled") };
    expect(logger.error).toHaveBeenCalledWith(expect.any(String), fields);
  });
});

describe("the sweeper", () => {
  it("sends what is due soon, rings lost permits, and sends dead letters again", async () => {
    const due = Date.now() + 300_000;
    await ports.store.insert(taskRecord({ id: "far", due }));
    await ports.store.putDue("far", due);
    await ports.queues.sendTasks({ band: 2 }, [
      { body: { id: "alone", turn: 0 }, delaySeconds: 0 },
    ]);
    await ports.store.insert(taskRecord({ id: "dead" }));
    for (const body of ['{"id":"dead","turn":0}', "no JSON"]) {
      const QueueUrl = [...resources.deadQueues.values()][1] as string;
      await sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    }
    const report = await createSweeper(ports, logger)({});
    expect(report).toMatchObject({ reminded: 1, rung: 1, redriven: 1, unreadable: 1 });
    expect(logger.info).toHaveBeenCalledWith("Swept.", report);
    // One was rung; the reminder brought one of its own, delayed as its task is.
    expect(await ports.queues.depth(PERMITS)).toMatchObject({ ready: 1, delayed: 1 });
    expect(await ports.queues.depth({ band: 2 })).toMatchObject({ ready: 1, delayed: 1 });
    expect(await ports.store.dueBy(due, 10)).toEqual([]);
    // The dead letter's future is seen to by the settler; what cannot be read stays.
    expect(await ports.queues.depth("settle")).toMatchObject({ ready: 1 });
    const again = await createSweeper(ports, logger)({});
    expect(again).toMatchObject({ reminded: 0, redriven: 0, unreadable: 1 });
  });

  it("sends every live future again when asked to, page by page, and no settled one", async () => {
    const live = Array.from({ length: 250 }, () => taskRecord());
    const running = taskRecord({ state: "running", token: "t", leaseUntil: Date.now() });
    const settled = [taskRecord({ state: "succeeded" }), taskRecord({ state: "cancelled" })];
    await Promise.all([...live, running, ...settled].map((each) => ports.store.insert(each)));
    // As if each page took long: an invocation then stops after one, and says where to go on.
    let now = Date.now();
    ports.clock = { ...systemClock, now: () => (now += 25_000) };
    const sweeper = createSweeper(ports, logger);
    let sent = 0;
    let calls = 0;
    let cursor: string | undefined;
    do {
      const answer = await sweeper({ requeue: true, ...(cursor === undefined ? {} : { cursor }) });
      if (!("sent" in answer)) throw new Error("It swept.");
      sent += answer.sent;
      cursor = answer.cursor;
      calls += 1;
    } while (cursor !== undefined);
    expect(sent).toBe(251);
    expect(calls).toBeGreaterThan(1);
    expect((await ports.queues.depth("settle")).ready).toBe(250);
    // A running task's message is its only way back after a crash.
    expect((await ports.queues.depth({ band: 2 })).ready).toBe(1);
  });
});
