import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../local/index.ts";
import {
  document,
  lambda,
  type Part,
  queue,
  role,
  schedule,
  type WrittenAssembly,
  writeAssembly,
} from "./fixtures/assembly.ts";
import { sqs } from "./fixtures/clients.ts";

const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

const rule = (pattern: unknown, ...targets: string[]): Part => ({
  Type: "AWS::Events::Rule",
  Properties: {
    EventPattern: pattern,
    State: "ENABLED",
    Targets: targets.map((id, index) => ({ Id: `T${index}`, Arn: arnOf(id) })),
  },
});

const letIn = (queueId: string): Part => ({
  Type: "AWS::SQS::QueuePolicy",
  Properties: {
    Queues: [{ Ref: queueId }],
    PolicyDocument: document([
      {
        Action: "sqs:SendMessage",
        Resource: arnOf(queueId),
        Principal: { Service: "events.amazonaws.com" },
      },
    ]),
  },
});

let assembly: WrittenAssembly;
let cloud: Cloud;
const lines: string[] = [];

beforeAll(async () => {
  const { RulePermission } = schedule("Target");
  assembly = writeAssembly({
    Caller: lambda("echo", { Role: arnOf("CallerRole") }),
    CallerRole: role([
      {
        Action: "lambda:InvokeFunction",
        Resource: [arnOf("Target"), `${"arn:aws:lambda:us-east-1:000000000000:function"}:nowhere`],
      },
      { Action: ["events:PutEvents", "xray:PutTraceSegments"], Resource: "*" },
    ]),
    Target: lambda("echo", { FunctionName: "target" }),
    Other: lambda("echo", { FunctionName: "other" }),
    Heard: queue({ QueueName: "heard" }),
    HeardPolicy: letIn("Heard"),
    Unheard: queue({ QueueName: "unheard" }),
    Exact: rule({ source: ["shop"], detail: { state: ["paid", "sent"] } }, "Heard", "Unheard"),
    Prefix: rule({ "detail-type": [{ prefix: "note" }] }, "Target"),
    ...(RulePermission ? { RulePermission } : {}),
  });
  cloud = await startCloud({ assembly: assembly.directory, log: (line) => lines.push(line) });
});

afterAll(async () => {
  await cloud?.stop();
  assembly?.remove();
});

interface Told {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const call = (request: Record<string, unknown>) =>
  cloud.invoke("Caller", { act: "call", ...request }) as Promise<Told>;

describe("Lambda's Invoke", () => {
  const invoke = (name: string, body: unknown, headers = {}) =>
    call({ path: `/2015-03-31/functions/${name}/invocations`, body, headers });

  test.each([
    "target",
    encodeURIComponent("arn:aws:lambda:us-east-1:000000000000:function:target"),
  ])("by %s gives what the function answered", async (name) => {
    const { status, text, headers } = await invoke(name, { a: 1 });
    expect({ status, text }).toEqual({ status: 200, text: '{"a":1}' });
    expect(headers).not.toHaveProperty("x-amz-function-error");
  });

  test("a function's error is told by a header", async () => {
    const { status, text, headers } = await invoke("target", { act: "throw" });
    expect(status).toBe(200);
    expect(headers["x-amz-function-error"]).toBe("Unhandled");
    expect(JSON.parse(text)).toMatchObject({ errorType: "RangeError", errorMessage: "as told" });
  });

  test("without waiting for the answer", async () => {
    expect(await invoke("target", {}, { "x-amz-invocation-type": "Event" })).toMatchObject({
      status: 202,
      text: "",
    });
  });

  test("of a function that is not there", async () => {
    const { status, headers } = await invoke("nowhere", {});
    expect(status).toBe(404);
    expect(headers["x-amzn-errortype"]).toBe("ResourceNotFoundException");
  });

  test("of a function that the role may not invoke", async () => {
    const { status, headers, text } = await invoke("other", {});
    expect(status).toBe(403);
    expect(headers["x-amzn-errortype"]).toBe("AccessDeniedException");
    expect(text).toMatch(/lambda:InvokeFunction on resource: .*function:other/);
  });
});

describe("EventBridge's PutEvents", () => {
  const put = async (...Entries: Record<string, unknown>[]) => {
    const { text } = await call({ target: "AWSEvents.PutEvents", body: { Entries } });
    return JSON.parse(text) as { FailedEntryCount: number; Entries: Record<string, string>[] };
  };
  const paid = { Source: "shop", DetailType: "order", Detail: '{"state":"paid"}' };

  test("delivers to the queue of a rule that matches, if the queue lets it in", async () => {
    const answer = await put(paid, { ...paid, Detail: '{"state":"new"}' });
    expect(answer.FailedEntryCount).toBe(0);
    const { body } = await sqs(cloud.aws, "heard")("ReceiveMessage", { WaitTimeSeconds: 5 });
    const [message] = body.Messages as { Body: string }[];
    expect(JSON.parse(message?.Body ?? "")).toMatchObject({
      id: answer.Entries[0]?.EventId,
      source: "shop",
      "detail-type": "order",
      detail: { state: "paid" },
    });
    expect(cloud.queues.depth("heard").ready).toBe(0);
    expect(cloud.queues.depth("unheard").ready).toBe(0);
    expect(lines.join("\n")).toMatch(/Exact: event .* is lost: .*QueuePolicy.*unheard/);
  });

  test("keeps the last events for whoever looks", async () => {
    await put({ ...paid, DetailType: "kept" });
    expect(cloud.events().at(-1)).toMatchObject({
      "detail-type": "kept",
      detail: { state: "paid" },
    });
  });

  test("invokes the function of a rule that matches", async () => {
    const Detail = '{"act":"log"}';
    await put({ Source: "shop", DetailType: "note-1", Detail });
    await expect.poll(() => cloud.functions.processes("Target").length).toBeGreaterThan(0);
  });

  test("an entry without sense fails by itself", async () => {
    const answer = await put(paid, { Source: "shop", DetailType: "order", Detail: "no JSON" });
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries[1]).toMatchObject({ ErrorCode: "MalformedDetail" });
  });
});

test("X-Ray's traces are taken and dropped", async () => {
  const body = { TraceSegmentDocuments: ["{}"] };
  const { status, text } = await call({ path: "/TraceSegments", body });
  expect({ status, text }).toEqual({ status: 200, text: '{"UnprocessedTraceSegments":[]}' });
  expect((await call({ path: "/TelemetryRecords", body: {} })).status).toBe(403);
});

test("functions find the services by their environment", async () => {
  const { endpoint } = cloud.aws;
  expect(await cloud.invoke("Caller", { act: "environment" })).toMatchObject({
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
  });
});
