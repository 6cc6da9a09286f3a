import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createQueues } from "../../aws/sqs/queues.ts";
import { CALLS } from "../../aws/timeouts.ts";
import type { Outgoing, Permit } from "../../core/ports.ts";
import { PERMITS } from "../support/queueKey.ts";

const sqs = mockClient(SQSClient);
const queues = createQueues(new SQSClient({ region: "us-east-1" }), {
  pools: [{ name: "default", bands: ["band"], permits: "permit" }],
  settleQueue: "settle",
  deadQueues: new Map([
    ["band", "band-dead"],
    ["permit", "permit-dead"],
    ["settle", "settle-dead"],
  ]),
});

afterEach(() => {
  sqs.reset();
  vi.restoreAllMocks();
});

const permits = (count: number): Outgoing<Permit>[] =>
  Array.from({ length: count }, (_, band) => ({ body: { band }, delaySeconds: 0 }));

const failed = (Id: string, SenderFault = false) => ({ Id, SenderFault, Code: "Oops" });

describe("a batch that is taken in part", () => {
  it("has the rest sent again, and only that", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [failed("1"), failed("2")], Successful: [] })
      .resolvesOnce({ Failed: [failed("2")], Successful: [] })
      .resolves({ Successful: [] });
    await queues.sendPermits(PERMITS, permits(4));
    const sent = sqs
      .commandCalls(SendMessageBatchCommand)
      .map(({ args }) => args[0].input.Entries?.map((entry) => entry.MessageBody));
    expect(sent).toEqual([
      ['{"band":0}', '{"band":1}', '{"band":2}', '{"band":3}'],
      ['{"band":1}', '{"band":2}'],
      ['{"band":2}'],
    ]);
  });

  it("is an error when the rest is never taken: no message is lost in silence", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [failed("1")], Successful: [] });
    await expect(queues.sendPermits(PERMITS, permits(2))).rejects.toThrow(
      "permit did not take 1 messages",
    );
    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(4);
  });

  it("is an error at once when the fault is ours", async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [failed("1", true)], Successful: [] });
    await expect(queues.sendPermits(PERMITS, permits(2))).rejects.toThrow("Oops");
    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(1);
  });
});

describe("what is sent", () => {
  it("is one plain message for one, with a delay and a group only if there are any", async () => {
    sqs.on(SendMessageCommand).resolves({});
    await queues.sendPermits(PERMITS, permits(1));
    await queues.sendTasks({ band: 0 }, [
      { body: { id: "a", turn: 0 }, delaySeconds: 5, group: "tenant" },
    ]);
    const [permit, task] = sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
    expect(permit).toEqual({ QueueUrl: "permit", MessageBody: '{"band":0}' });
    expect(task).toEqual({
      QueueUrl: "band",
      MessageBody: '{"id":"a","turn":0}',
      DelaySeconds: 5,
      MessageGroupId: "tenant",
    });
  });
});

describe("a receipt handle that SQS refuses", () => {
  const refusal = (name: string, message: string) =>
    new SQSServiceException({ name, message, $fault: "client", $metadata: {} });

  it.each([
    ["InvalidParameterValue", "Value x for parameter ReceiptHandle is invalid. Reason: expired."],
    ["InvalidParameterValueException", "Value x for parameter ReceiptHandle is invalid."],
    ["InvalidParameterValue", "Total VisibilityTimeout for the message is beyond the limit."],
    ["ReceiptHandleIsInvalid", "The input receipt handle is invalid."],
    ["MessageNotInflight", "The message is not in flight."],
  ])("is no error: %s, %s", async (name, message) => {
    sqs.on(ChangeMessageVisibilityCommand).rejects(refusal(name, message));
    sqs.on(DeleteMessageCommand).rejects(refusal(name, message));
    await queues.hide(PERMITS, "handle", 1);
    await queues.remove(PERMITS, "handle");
  });

  it.each([
    ["InvalidParameterValue", "Value -1 for parameter VisibilityTimeout is invalid."],
    ["AccessDenied", "ReceiptHandle"],
    ["QueueDoesNotExist", "The specified queue does not exist."],
  ])("is told from other errors: %s, %s", async (name, message) => {
    sqs.on(ChangeMessageVisibilityCommand).rejects(refusal(name, message));
    await expect(queues.hide(PERMITS, "handle", 1)).rejects.toThrow(message);
  });
});

describe("a band full of what is no task's message", () => {
  it("does not hold a worker for ever", async () => {
    sqs.on(ReceiveMessageCommand).resolves({ Messages: [{ Body: "?", ReceiptHandle: "handle" }] });
    sqs.on(SendMessageCommand).resolves({});
    sqs.on(DeleteMessageCommand).resolves({});
    const options = { waitSeconds: 0, visibilitySeconds: 1 };
    expect(await queues.receiveTask({ band: 0 }, options)).toBeUndefined();
    expect(sqs.commandCalls(ReceiveMessageCommand)).toHaveLength(10);
  });

  it("keeps the message if the settler could not be given it", async () => {
    sqs.on(ReceiveMessageCommand).resolves({ Messages: [{ Body: "?", ReceiptHandle: "handle" }] });
    sqs.on(SendMessageCommand).rejects(new Error("down"));
    const options = { waitSeconds: 0, visibilitySeconds: 1 };
    await expect(queues.receiveTask({ band: 0 }, options)).rejects.toThrow("down");
    expect(sqs.commandCalls(DeleteMessageCommand)).toHaveLength(0);
  });
});

describe("hiding", () => {
  it("is for whole seconds, rounded up: SQS takes no others", async () => {
    sqs.on(ChangeMessageVisibilityCommand).resolves({});
    await queues.hide("settle", "handle", 0.2);
    const [call] = sqs.commandCalls(ChangeMessageVisibilityCommand);
    const input = { QueueUrl: "settle", ReceiptHandle: "handle", VisibilityTimeout: 1 };
    expect(call?.args[0].input).toEqual(input);
  });

  it("shows a dead letter again at once", async () => {
    sqs.on(ChangeMessageVisibilityCommand).resolves({});
    await queues.showDead({ band: 0 }, "handle");
    const calls = sqs.commandCalls(ChangeMessageVisibilityCommand);
    expect(calls.map(({ args }) => args[0].input)).toEqual([
      { QueueUrl: "band-dead", ReceiptHandle: "handle", VisibilityTimeout: 0 },
    ]);
  });
});

describe("a long poll", () => {
  it("is given time beyond its waiting, so that the client does not cut it short", async () => {
    sqs.on(ReceiveMessageCommand).resolves({});
    await queues.receiveTask({ band: 0 }, { waitSeconds: 20, visibilitySeconds: 1 });
    const [call] = sqs.commandCalls(ReceiveMessageCommand);
    const [, options] = (call?.args ?? []) as unknown[];
    expect(options).toEqual({ requestTimeout: 20_000 + CALLS.requestTimeout });
  });
});
