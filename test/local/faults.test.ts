/**
 * Injected faults are those that AWS may show, hit whom they should, and can be repeated.
 */
import { expect, test } from "vitest";
import type { FaultOptions } from "../../local/faults/options.ts";
import { createFaults } from "../../local/faults.ts";
import { type Answer, BrokenConnection, type Call, type Caller } from "../../local/index.ts";

type Json = Record<string, unknown>;

/** A cloud that notes what reaches it and answers as it is told. */
function inject(options: FaultOptions, answer: Json = {}) {
  const reached: string[] = [];
  const bodies: Json[] = [];
  const { control, interceptor, begin } = createFaults({ seed: 1, ...options });
  const ask = (operation: string, body: Json = {}, kind: Caller["kind"] = "function") => {
    const service = /Item|Query|Scan/.test(operation) ? "dynamodb" : "sqs";
    const caller = { kind, name: "Worker", role: "r", arn: "a", accessKeyId: "k" };
    const call: Call = {
      ...{ caller, service, operation, body },
      ...{ session: undefined, resource: "it", gone: () => false },
    };
    return interceptor(call, async (applied): Promise<Answer> => {
      reached.push(applied.operation);
      bodies.push(applied.body);
      return { status: 200, body: answer };
    });
  };
  return { ask, reached, bodies, control, begin };
}

function begun(options: FaultOptions, answer?: Json) {
  const injected = inject(options, answer);
  injected.begin();
  return injected;
}

test("a deployment is made in peace, and nothing goes wrong after the faults have stopped", async () => {
  const { ask, begin, control } = inject({ throttles: 1 });
  expect((await ask("PutItem")).status).toBe(200);
  begin();
  expect((await ask("PutItem")).status).toBe(400);
  control.stop();
  expect((await ask("PutItem")).status).toBe(200);
  expect(control.counts().throttles).toBe(1);
});

test("the operator sees what is there, and pollers of Lambda repeat what fails", async () => {
  const { ask } = begun({ throttles: 1, lostAnswers: 1, falseEmpties: 1 });
  expect((await ask("ReceiveMessage", {}, "operator")).status).toBe(200);
  expect((await ask("ReceiveMessage", {}, "mapping")).status).toBe(200);
});

test("a throttled request changes nothing, and is named as each service names it", async () => {
  const { ask, reached } = begun({ throttles: 1 });
  const answers = [await ask("UpdateItem"), await ask("SendMessage")];
  expect(reached).toEqual([]);
  expect(answers.map(({ status, body }) => [status, body.__type])).toEqual([
    [400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"],
    [403, "com.amazonaws.sqs#RequestThrottled"],
  ]);
});

test("of a throttled batch each entry is either applied or told to be left out", async () => {
  const entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}` }));
  const sizes = { applied: 0, left: 0 };
  const { ask, bodies } = begun({ throttles: 1 });
  /** @param list finds the entries in a body, be it a request's or an answer's */
  const look = async (operation: string, body: Json, list: (body: Json) => unknown) => {
    const before = bodies.length;
    const answer = await ask(operation, body);
    if (answer.status !== 200) return;
    const applied = bodies.slice(before).flatMap(list);
    const left = [list(answer.body) ?? []].flat();
    expect([...applied, ...left]).toHaveLength(entries.length);
    sizes.applied += applied.length;
    sizes.left += left.length;
  };
  type Tables = { it?: { Keys: unknown } } | undefined;
  for (let round = 0; round < 20; round += 1) {
    await look("SendMessageBatch", { Entries: entries }, (body) => body.Entries ?? body.Failed);
    await look("BatchGetItem", { RequestItems: { it: { Keys: entries } } }, (body) => {
      return ((body.RequestItems ?? body.UnprocessedKeys) as Tables)?.it?.Keys;
    });
    await look("BatchWriteItem", { RequestItems: { it: entries } }, (body) => {
      return ((body.RequestItems ?? body.UnprocessedItems) as Tables)?.it;
    });
  }
  expect(sizes.applied).toBeGreaterThan(0);
  expect(sizes.left).toBeGreaterThan(0);
});

test("a lost answer is of a request that was applied", async () => {
  const { ask, reached } = begun({ lostAnswers: 1 });
  await expect(ask("PutItem")).rejects.toThrow(BrokenConnection);
  expect(reached).toHaveLength(1);
});

test("a message that comes twice is sent twice, the copy not before it is due", async () => {
  const { ask, reached, bodies } = begun({ duplicates: 1 });
  await ask("SendMessage", { MessageBody: "one", DelaySeconds: 30 });
  await ask("SendMessageBatch", { Entries: [{ Id: "0", MessageBody: "two", DelaySeconds: 900 }] });
  const batch = "SendMessageBatch";
  expect(reached).toEqual(["SendMessage", "SendMessage", batch, batch]);
  const delay = Number(bodies[1]?.DelaySeconds);
  expect(delay).toBeGreaterThanOrEqual(30);
  expect(delay).toBeLessThanOrEqual(40);
  expect(bodies[3]).toMatchObject({ Entries: [{ Id: "0", DelaySeconds: 900 }] });
});

test("a message in work is shown to others as well", async () => {
  const { ask, reached, bodies } = begun(
    { redeliveries: 1 },
    { Messages: [{ ReceiptHandle: "h" }] },
  );
  const answer = await ask("ReceiveMessage", { QueueUrl: "q" }, "mapping");
  expect(answer.body.Messages).toHaveLength(1);
  expect(reached[1]).toBe("ChangeMessageVisibility");
  expect(bodies[1]).toMatchObject({ QueueUrl: "q", ReceiptHandle: "h" });
});

test("short polls miss what is there, long polls do not", async () => {
  const { ask } = begun({ falseEmpties: 1 }, { Messages: [{ ReceiptHandle: "h" }] });
  expect((await ask("ReceiveMessage")).body.Messages).toBeUndefined();
  expect((await ask("ReceiveMessage", { WaitTimeSeconds: 1 })).body.Messages).toHaveLength(1);
});

test("the same seed hits the same requests, another seed others", async () => {
  const hits = async (seed: number) => {
    const { ask } = begun({ seed, throttles: 0.5 });
    const statuses: number[] = [];
    for (let n = 0; n < 40; n += 1) statuses.push((await ask("PutItem")).status);
    return statuses.join();
  };
  expect(await hits(1)).toBe(await hits(1));
  expect(await hits(1)).not.toBe(await hits(2));
});

test("a rate that is no share is refused by its name", () => {
  expect(() => inject({ lostAnswers: 2 })).toThrow(/faults\.lostAnswers is 2.*from 0 .* to 1/);
  const { control } = inject({});
  expect(() => control.set({ delayMilliseconds: -1 })).toThrow(/faults\.delayMilliseconds/);
});
