/**
 * What goes wrong in operation: messages without sense, a task that a deployment took away, a
 * process that runs out of memory, queues that were purged. Each ends in a clear state, and nothing
 * is lost.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requeueAll } from "../../cli/requeueAll.ts";
import { Forerun, task } from "../../client/index.ts";
import { synthesize } from "../../infra/synthesize.ts";
import { type Cloud, startCloud } from "../../local/index.ts";
import { TASKS } from "./support/deployment.ts";

const HAZARDS = fileURLToPath(new URL("./support/hazardTasks.ts", import.meta.url));
const SETTINGS = { slots: 2, leaseSeconds: 3, workerMemory: 128 };

let directory: string;
let cloud: Cloud;
let forerun: Forerun;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "forerun-hazards-"));
  await deployed(HAZARDS, "first");
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Deploys these tasks over what is there: the table stays. */
async function deployed(tasks: string, name: string): Promise<void> {
  await cloud?.stop();
  const assembly = () =>
    synthesize({ tasks, ...SETTINGS, outdir: join(directory, name) }).directory;
  cloud = await startCloud({ assembly, data: join(directory, "data") });
  forerun = new Forerun({ endpoint: cloud.endpoint });
}

/** URLs of the queues that are no dead-letter queues. */
function queueUrls(): string[] {
  const live = cloud.queues.names().filter((name) => !/Dead[0-9A-F]{8}$/.test(name));
  return live.map((name) => `${cloud.aws.endpoint}/000000000000/${name}`);
}

const sqsClient = () => new SQSClient({ ...cloud.aws, useQueueUrlAsEndpoint: false });

async function allBandsWork(): Promise<void> {
  const values = [0, 3, 5, 9];
  const calls = values.map((value) => task("echo", { value }, { priority: value }));
  expect(await forerun.gather(calls).result({ timeoutSeconds: 150 })).toEqual(values);
}

test("messages without sense, on any queue, hold up nothing and leave the bands", async () => {
  const sqs = sqsClient();
  for (const url of queueUrls()) {
    for (const text of ["{{{", "null", '{"id":7}', '{"id":"no-such-future","turn":0}']) {
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: text }));
    }
  }
  await allBandsWork();
  const waiting = () =>
    ["BandCritical", "BandHigh", "BandNormal", "BandLow", "Permits"].map((part) => {
      const name = cloud.queues
        .names()
        .find((each) => each.includes(`Queues${part}`) && !/Dead/.test(each));
      return { part, ready: cloud.queues.depth(name ?? part).ready };
    });
  await expect
    .poll(() => waiting().filter(({ ready }) => ready > 0), { timeout: 150_000, interval: 500 })
    .toEqual([]);
});

test("one that nobody can read ends as a dead letter that the alarm counts, and alone", async () => {
  const sqs = sqsClient();
  const name = (part: RegExp) => cloud.queues.names().find((each) => part.test(each)) ?? "";
  const [settle, dead] = [name(/QueuesSettle[0-9A-F]{8}$/), name(/QueuesSettleDead[0-9A-F]{8}$/)];
  const url = (queue: string) => `${cloud.aws.endpoint}/000000000000/${queue}`;
  // As deployed it takes forty minutes: 20 receives of two minutes each.
  const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${dead}`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
  const Attributes = { VisibilityTimeout: "1", RedrivePolicy };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url(settle), Attributes }));
  const text = "{{{ nobody can read this";
  const band = url(name(/QueuesBandNormal[0-9A-F]{8}$/));
  await sqs.send(new SendMessageCommand({ QueueUrl: band, MessageBody: text }));
  // Their permits lead workers to it: it is put away, and holds up none of them.
  await allBandsWork();
  // What the alarm DeadLetters looks at.
  const letters = () => {
    const { ready, inFlight } = cloud.queues.depth(dead);
    return ready + inFlight;
  };
  await expect.poll(letters, { timeout: 120_000, interval: 250 }).toBeGreaterThanOrEqual(1);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url(dead),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    }),
  );
  expect(Messages.map(({ Body }) => Body)).toContain(text);
  const counted = letters();
  // The sweeper leaves it where it is, and it is counted on.
  expect(await cloud.invoke("Sweeper", {})).toMatchObject({ redriven: 0 });
  expect(letters()).toBe(counted);
  await allBandsWork();
});

test("a handler that runs out of memory is tried again, then fails and says why", async () => {
  const beside = await forerun.submit("echo", { value: "beside" });
  const handle = await forerun.submit("outOfMemory");
  const error = await handle.exception({ timeoutSeconds: 170 });
  expect(error).toMatchObject({ name: "WorkerLostError" });
  expect(error?.message).toMatch(/attempt 2 of 2/);
  expect(await beside.result()).toBe("beside");
  await allBandsWork();
});

test("promise 1: after a purge of all queues, a requeue from the table lets every task finish", async () => {
  const gather = await forerun.gather(
    Array.from({ length: 30 }, (_, value) => task("sleep", { milliseconds: 500, value })),
  );
  const later = await forerun.submit("echo", { value: "later" }, { delaySeconds: 5 });
  const sqs = sqsClient();
  for (const url of queueUrls()) await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));

  const sent = await requeueAll(
    (event) => cloud.invoke("Sweeper", event),
    () => {},
  );
  expect(sent).toBeGreaterThan(0);
  const values = await gather.result({ timeoutSeconds: 150 });
  expect(values).toEqual(Array.from({ length: 30 }, (_, value) => value));
  expect(await later.result({ timeoutSeconds: 60 })).toBe("later");
});

test("a task whose definition a deployment took away fails, and says so", async () => {
  const { id } = await forerun.submit("gone", {}, { delaySeconds: 4 });
  await deployed(TASKS, "second");
  const handle = forerun.future(id);
  expect(await handle.exception({ timeoutSeconds: 120 })).toMatchObject({
    name: "UnknownTaskError",
    message: 'No task is named "gone" in this deployment\'s worker.',
  });
  await expect(forerun.submit("gone", {})).rejects.toThrow(/gone/);
  await allBandsWork();
});
