/**
 * The emulator shares a queue among groups as SQS's fair queues do.
 */
import { expect, test } from "vitest";
import { startSqs } from "../../local/sqs/fauxqs.ts";

const QUEUE = "fair";
const sqs = await startSqs();
const url = `http://127.0.0.1/000000000000/${QUEUE}`;
sqs.create([
  { name: QUEUE, url, arn: `arn:aws:sqs:eu-west-1:0:${QUEUE}`, attributes: {} } as never,
]);

async function call(operation: string, body: object) {
  const asked = { operation, resource: QUEUE, body: { QueueUrl: url, ...body } };
  return (await sqs.call(asked as never)).body;
}

/** A tenant's messages in one batch, named `a0`, `a1`, …; without a tenant they have no group. */
async function send(tenant: string | undefined, names: readonly string[]): Promise<void> {
  const group = tenant === undefined ? {} : { MessageGroupId: tenant };
  const Entries = names.map((name) => ({ Id: name, MessageBody: name, ...group }));
  await call("SendMessageBatch", { Entries });
}

interface Got {
  Body: string;
  ReceiptHandle: string;
}

async function receive(count = 1): Promise<Got[]> {
  const { Messages = [] } = await call("ReceiveMessage", { MaxNumberOfMessages: count });
  return Messages as Got[];
}

const bodies = (messages: readonly Got[]) => messages.map(({ Body }) => Body);
const remove = ({ ReceiptHandle }: Got) => call("DeleteMessage", { ReceiptHandle });

test("who floods a queue does not keep the others waiting; alone it gets all", async () => {
  await send("a", ["a0", "a1", "a2", "a3", "a4"]);
  const [first] = await receive();
  await call("SendMessage", { MessageBody: "b0", MessageGroupId: "b" });
  await send(undefined, ["c0"]);
  // One of a is in work, none of b and of c; of equals the oldest.
  expect(bodies(await receive())).toEqual(["b0"]);
  expect(bodies(await receive())).toEqual(["c0"]);
  await send("b", ["b1"]);
  // Now each of a and b has one in work.
  expect(bodies(await receive())).toEqual(["a1"]);
  expect(bodies(await receive())).toEqual(["b1"]);
  if (first) await remove(first);
  await send("b", ["b2"]);
  expect(bodies(await receive(3))).toEqual(["a2", "a3", "b2"]);
  expect(bodies(await receive(10))).toEqual(["a4"]);
});
