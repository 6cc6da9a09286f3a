/**
 * The commands that go through the sweeper, against a server that answers as Lambda and
 * CloudFormation do.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCli } from "./runCli.ts";

let server: Server;
let endpoint: string;
let events: [url: unknown, event: unknown][];
/** Answers, or what gives one. */
let pages: unknown[];

beforeEach(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", "eu-west-1");
  events = [];
  pages = [{ sent: 3, cursor: "a" }, { sent: 2, cursor: "b" }, { sent: 0 }];
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    if (request.url?.includes("/invocations")) {
      events.push([request.url, JSON.parse(text)]);
      const next = pages.shift();
      const page: { failed?: boolean } = typeof next === "function" ? next() : next;
      if (page.failed) response.setHeader("x-amz-function-error", "Unhandled");
      response.end(JSON.stringify(page));
    } else {
      response.end(RESOURCES);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const RESOURCES = `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
<ListStackResourcesResult><StackResourceSummaries><member>
<LogicalResourceId>ForerunSweeper0A1B2C3D</LogicalResourceId>
<PhysicalResourceId>Forerun-Sweeper-x</PhysicalResourceId>
<ResourceType>AWS::Lambda::Function</ResourceType>
<ResourceStatus>CREATE_COMPLETE</ResourceStatus>
<LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp>
</member></StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;

test("it invokes the stack's sweeper page by page and shows how far it is", async () => {
  const ran = await runCli("requeue", "--stack", "Forerun", "--endpoint-url", endpoint);
  expect(ran).toEqual({
    code: 0,
    out: "Queued 5 futures again.",
    err: [3, 5, 5]
      .map((total, page) => `page ${page + 1}: ${total} futures queued again so far`)
      .join("\n"),
  });
  const url = "/2015-03-31/functions/Forerun-Sweeper-x/invocations";
  expect(events).toEqual([
    [url, { requeue: true }],
    [url, { requeue: true, cursor: "a" }],
    [url, { requeue: true, cursor: "b" }],
  ]);
});

test("bands are paused by the sweeper where a stack is named", async () => {
  pages = [{ paused: [{ pool: "default", band: "low", since: 1 }] }];
  const stack = ["--stack", "Forerun", "--endpoint-url", endpoint];
  const ran = await runCli("bands", "pause", "low", ...stack);
  expect(ran).toEqual({ code: 0, out: "The band low is paused.", err: "" });
  expect(events).toMatchObject([[expect.anything(), { pause: { band: "low" } }]]);
});

const named = () => ["--function", "sweeper", "--endpoint-url", endpoint];

test("dead letters are listed with their age and reason", async () => {
  const sentAt = Date.now() - 3 * 86_400_000;
  const common = { queue: "low", pool: "default", sentAt, receives: 7 };
  const readable = { ...common, id: "abc", state: "pending", why: "It waits." };
  const other = { ...common, queue: "settle", why: "It is none of ours.", text: "hello" };
  pages = [{ letters: [readable, other], more: true }];
  const ran = await runCli("dead-letters", "list", "--band", "low", "--limit", "2", ...named());
  expect(ran.out.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "))).toEqual([
    "queue | pool | age | received | future | state | why",
    "low | default | 3 d | 7 | abc | pending | It waits.",
    "settle | default | 3 d | 7 | It is none of ours. It says: hello",
  ]);
  expect(ran).toMatchObject({ code: 0, err: expect.stringMatching(/There may be more/) });
  expect(events[0]?.[1]).toEqual({ deadLetters: { band: "low", limit: 2 } });
});

test("dead letters are redriven page by page, until no more can be read", async () => {
  pages = [
    { redriven: 10, unreadable: 1, more: true },
    { redriven: 3, unreadable: 1, more: true },
    { redriven: 0, unreadable: 1, more: true },
  ];
  const ran = await runCli("dead-letters", "redrive", ...named());
  expect(ran.code).toBe(0);
  expect(ran.out).toBe("Saw to the futures of 13 letters; 1 cannot be read and stay.");
  expect(ran.err.split("\n")).toHaveLength(3);
});

test("Ctrl-C ends a redrive after its page, says what was done, and exits with 130", async () => {
  const interrupted = () => {
    process.emit("SIGINT");
    return { redriven: 10, unreadable: 0, more: true };
  };
  pages = [interrupted, { redriven: 10, unreadable: 0, more: false }];
  const ran = await runCli("dead-letters", "redrive", ...named());
  expect(ran).toMatchObject({ code: 130, out: "Saw to the futures of 10 letters." });
  expect(events).toHaveLength(1);
  expect(process.listeners("SIGINT")).toEqual([]);
});

const COUNTED = { at: 1, messages: [], findings: [] };

test("the doctor says that nothing is stuck, and exits with 0", async () => {
  pages = [COUNTED, { checked: 5, findings: [], counts: [] }];
  expect(await runCli("doctor", ...named())).toEqual({
    code: 0,
    out: "Nothing is stuck: 5 futures and all queues are in order.",
    err: "5 futures looked at, 0 findings so far",
  });
});

const FINDING = { kind: "overdue", severity: "stuck", what: "It is late.", mend: "it ends" };

test("the doctor goes through the table, sums up what it counts, and exits with 1", async () => {
  const low = { pool: "default", band: "low" };
  const depth = { ready: 1, inFlight: 0, delayed: 0 };
  pages = [
    { ...COUNTED, messages: [{ ...low, depth }] },
    { checked: 5, findings: [], counts: [{ ...low, tasks: 1 }], cursor: "a" },
    { checked: 3, findings: [{ ...FINDING, id: "x", since: 0 }], counts: [{ ...low, tasks: 2 }] },
  ];
  const ran = await runCli("doctor", ...named());
  expect(ran.code).toBe(1);
  expect(ran.out.split("\n")).toEqual([
    ...["stuck  overdue  x", "  It is late. Since 1970-01-01T00:00:00.000Z.", "  mend: it ends"],
    "stuck  missingMessages  low of pool default",
    expect.stringMatching(/3 tasks wait or run, 1 messages are there/),
    "  mend: messages are sent again for those tasks",
  ]);
  expect(ran.err).toMatch(/2 things are stuck; --fix performs what is owed/);
});

test("the doctor sends again what is missing, exits with 0 when all is mended, and with 1 if not", async () => {
  const low = { pool: "default", band: "low" };
  const page = { checked: 1, findings: [], counts: [{ ...low, tasks: 1 }] };
  pages = [COUNTED, page, page];
  expect(await runCli("doctor", "--fix", ...named())).toMatchObject({ code: 0 });
  expect(events.map(([, event]) => event)).toMatchObject([
    { doctor: { queues: true, fix: true } },
    { doctor: { before: 1, fix: true } },
    { doctor: { before: 1, fix: true, resend: [low] } },
  ]);
  const mended = { ...FINDING, id: "x", mended: true };
  pages = [COUNTED, { checked: 1, findings: [mended, { ...FINDING, id: "y" }], counts: [] }];
  const ran = await runCli("doctor", "--fix", ...named());
  expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/1 thing is stuck still/) });
  expect(ran.out).toContain("  mended: it ends");
});

test("Ctrl-C ends the doctor after its page, with what was found so far", async () => {
  const interrupted = () => {
    process.emit("SIGINT");
    return { checked: 1, findings: [{ ...FINDING, id: "x" }], counts: [], cursor: "a" };
  };
  pages = [COUNTED, interrupted];
  const ran = await runCli("doctor", "--json", ...named());
  expect(ran.code).toBe(130);
  expect(JSON.parse(ran.out)).toMatchObject({ partial: true, findings: [{ id: "x" }] });
});

test("what the sweeper refuses is told as it says, with exit code 2", async () => {
  pages = [{ errorType: "InvalidRequestError", errorMessage: "band: use low", failed: true }];
  const ran = await runCli("dead-letters", "list", "--band", "x", ...named());
  expect(ran).toEqual({ code: 2, out: "", err: "band: use low" });
});

test("a function that is no sweeper is refused", async () => {
  pages = [{ statusCode: 200 }];
  const ran = await runCli("requeue", "--function", "other", "--endpoint-url", endpoint);
  expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/is no sweeper/) });
});
