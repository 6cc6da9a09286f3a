/**
 * What generated requests have found (test/fuzz): a refusal leaves nothing behind (promise 8), and
 * what is odd but right is taken as it was meant.
 */
import type { LambdaContext, LambdaEvent } from "hono/aws-lambda";
import { expect, it, vi } from "vitest";
import { lambdaHandler } from "../../functions/http/lambda.ts";
import { type Apps, startApps, stored } from "./apps.ts";

const task = (input: unknown) => ({ task: "works", input });
const LARGE = "x".repeat(1000);

/** Sends a request that is to be refused; gives what changed in the store. */
async function refusedTraces(apps: Apps, path: string, body: unknown): Promise<string[]> {
  const { store, queues } = apps.ports;
  const [before, messages] = [store.everything(), queues.size()];
  const answer = await apps.send("POST", path, body);
  expect(answer.status).toBe(409);
  expect(queues.size()).toBe(messages);
  return [...store.everything()]
    .filter(([key, value]) => before.get(key) !== value)
    .map(([key]) => key);
}

it("a timer whose id is taken leaves no large result behind", async () => {
  const apps = startApps();
  await apps.send("POST", "/timers", { id: "t", delaySeconds: 1 });
  const traces = await refusedTraces(apps, "/timers", { id: "t", delaySeconds: 1, result: LARGE });
  expect(traces).toEqual([]);
});

it.each([
  ["that begins among those that were added", 700],
  ["over the last one that was added, in another thousand", 1000],
])("of a page of members %s none is added", async (_, start) => {
  const apps = startApps();
  await apps.send("POST", "/aggregates/open", { id: "o", policy: "gather", members: "tasks" });
  const first = { start: 0, tasks: Array.from({ length: 500 }, (_, n) => task(n)) };
  const second = { start: 500, tasks: Array.from({ length: 501 }, (_, n) => task(n)) };
  for (const page of [first, second]) await apps.send("POST", "/futures/o/members", page);
  const other = { start, tasks: [task("other"), task("more")] };
  expect(await refusedTraces(apps, "/futures/o/members", other)).toEqual([]);
  // A repeat of what was added is not refused, and the size is what it was.
  expect((await apps.send("POST", "/futures/o/members", second)).status).toBe(200);
  expect((await apps.send("POST", "/futures/o/seal", { size: 1001 })).status).toBe(200);
});

it("a page of futures that is longer than the one that was added leaves no larger size", async () => {
  const apps = startApps();
  for (const id of ["a", "b"]) await apps.send("POST", "/promises", { id });
  await apps.send("POST", "/aggregates/open", { id: "o", policy: "wait", members: "futures" });
  await apps.send("POST", "/futures/o/members", { start: 0, of: ["a"] });
  const traces = await refusedTraces(apps, "/futures/o/members", { start: 0, of: ["a", "b"] });
  expect(traces).toEqual([]);
});

it.each([
  "application/json ; charset=utf-8",
  "application/json;",
  "APPLICATION/JSON",
  "application/vnd.api.v2+json",
])("the content type %s is JSON", async (type) => {
  const answer = await startApps().send(
    "POST",
    "/promises",
    { id: "p" },
    { headers: { "content-type": type } },
  );
  expect(answer.body).toMatchObject({ id: "p" });
});

it.each(["application/jsonp", "application/json, text/plain", "text/json", ""])(
  'the content type "%s" is not, and the field is named',
  async (type) => {
    const answer = await startApps().send("POST", "/promises", "{}", {
      headers: { "content-type": type },
    });
    expect(answer.body).toMatchObject({ status: 415, errors: [{ field: "body" }] });
  },
);

it("what is left of a subtraction is no time that the table cannot hold", async () => {
  const apps = startApps();
  const retry = { baseSeconds: 0.30000000000000004, maxSeconds: 5e-324 };
  await apps.send("POST", "/tasks", { ...task(1), retry, timeoutSeconds: 1e-200 });
  const [record] = await stored(apps);
  expect(record).toMatchObject({
    retry: { baseSeconds: 0.3, maxSeconds: 0 },
    timeoutSeconds: 0.001,
  });
});

const handler = lambdaHandler(startApps().api);

const call = (method: string, body: string, isBase64Encoded = false) => {
  const http = { method, path: "/bands" };
  const event = {
    version: "2.0",
    rawPath: method === "POST" ? "/promises" : "/bands",
    headers: { "content-type": "application/json" },
    requestContext: { domainName: "api.test", http },
    ...{ body, isBase64Encoded },
  };
  return handler(event as unknown as LambdaEvent, {} as LambdaContext);
};

it("a GET with a body is answered as one without", async () => {
  expect(await call("GET", "{}")).toMatchObject({ statusCode: 200 });
});

it("what cannot be made a request is refused by a problem document", async () => {
  // Hono tells of it, for whoever reads the function's log.
  const log = vi.spyOn(console, "error").mockReturnValue();
  const answer = await call("TRACE", "");
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
  expect([answer.statusCode, answer.headers?.["content-type"]]).toEqual([
    400,
    "application/problem+json",
  ]);
});

it("bytes that are no UTF-8 do not arrive as others", async () => {
  const bytes = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  const answer = await call("POST", bytes.toString("base64"), true);
  expect(JSON.parse(answer.body)).toMatchObject({
    status: 400,
    errors: [{ field: "body", message: expect.stringContaining("UTF-8") }],
  });
});
