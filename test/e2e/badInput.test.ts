/**
 * Bad input: a 4xx problem document that names the field, and nothing stored or queued for it.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Deployment, deploy } from "./support/deployment.ts";

let it: Deployment;
beforeAll(async () => {
  it = await deploy();
  await it.forerun.submit("echo", { value: 1 }, { id: "taken" }).result();
  const opened = { policy: "gather", members: "futures", sealWithinSeconds: 600 };
  for (const id of ["open", "sealed", "partly"]) {
    await post("/aggregates/open", { ...opened, id });
  }
  await post("/futures/sealed/members", { start: 0, of: ["taken"] });
  await post("/futures/sealed/seal", { size: 1 });
  await post("/futures/partly/members", { start: 250, of: ["taken"] });
});
afterAll(() => it.stop());

async function post(path: string, body: unknown): Promise<void> {
  const response = await fetch(`${it.cloud.endpoint}${path}`, { method: "POST", ...json(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

const JSON_TYPE = { "content-type": "application/json" };

const json = (body: unknown) => ({ headers: JSON_TYPE, body: JSON.stringify(body) });

const cases: [what: string, path: string, request: RequestInit, status: number, field: string][] = [
  ["an unknown task", "/tasks", json({ task: "nobody" }), 422, "task"],
  [
    "input that fails the task's schema",
    "/tasks",
    json({ task: "sleep", input: { milliseconds: "long" } }),
    422,
    "input.milliseconds",
  ],
  [
    "input that fails in a batch",
    "/tasks/batch",
    json({
      tasks: [
        { task: "echo", input: { value: 1 } },
        { task: "sleep", input: {} },
      ],
    }),
    422,
    "tasks[1].input.milliseconds",
  ],
  [
    "a priority that is no integer",
    "/tasks",
    json({ task: "echo", input: { value: 1 }, priority: 1.5 }),
    400,
    "priority",
  ],
  ["an unknown field", "/tasks", json({ task: "echo", input: { value: 1 }, prio: 1 }), 400, "prio"],
  [
    "an id taken by another request",
    "/tasks",
    json({ task: "echo", input: { value: 2 }, id: "taken" }),
    409,
    "id",
  ],
  ["a gather over an unknown future", "/gathers", json({ of: ["taken", "nobody"] }), 404, "of[1]"],
  ["an empty wait", "/waits", json({ of: [] }), 400, "of"],
  ["an aggregate over itself", "/gathers", json({ id: "self", of: ["self"] }), 400, "of[0]"],
  ["malformed JSON", "/tasks", { headers: JSON_TYPE, body: '{"task": ' }, 400, "body"],
  ["no JSON at all", "/tasks", { headers: { "content-type": "text/csv" }, body: "a,b" }, 415, ""],
  [
    "a body above 5 MB",
    "/tasks",
    json({ task: "echo", input: { value: "x".repeat(5_000_001) } }),
    413,
    "body",
  ],
  ["a negative timeout", "/promises", json({ timeoutSeconds: -1 }), 400, "timeoutSeconds"],
  ["a promise that does not exist", "/futures/nobody/settle", json({ result: 1 }), 404, "id"],
  ["a second outcome", "/futures/taken/settle", json({ result: 1 }), 409, ""],
  ["an unknown policy", "/aggregates", json({ policy: "most", of: ["taken"] }), 400, "policy"],
  [
    "a k greater than n",
    "/aggregates",
    json({ policy: "some", count: 3, of: ["taken"] }),
    400,
    "count",
  ],
  ["a k of none", "/aggregates", json({ policy: "some", count: 0, of: ["taken"] }), 400, "count"],
  [
    "a negative timeout of a wait",
    "/waits",
    json({ of: ["taken"], timeoutSeconds: -0.1 }),
    400,
    "timeoutSeconds",
  ],
  [
    "a waitFor over two futures",
    "/aggregates",
    json({ policy: "waitFor", of: ["taken", "taken"] }),
    400,
    "of",
  ],
  [
    "a timeout where the policy has none",
    "/aggregates",
    json({ policy: "shield", of: ["taken"], timeoutSeconds: 1 }),
    400,
    "timeoutSeconds",
  ],
  [
    "a member of a gather that is still open",
    "/gathers",
    json({ of: ["taken", "open"] }),
    400,
    "of[1]",
  ],
  [
    "a member added after sealing",
    "/futures/sealed/members",
    json({ start: 250, of: ["taken"] }),
    409,
    "",
  ],
  [
    "a member that does not exist",
    "/futures/open/members",
    json({ start: 0, of: ["nobody"] }),
    404,
    "of[0]",
  ],
  [
    "an aggregate added to itself",
    "/futures/open/members",
    json({ start: 0, of: ["open"] }),
    400,
    "of[0]",
  ],
  [
    "tasks for what was opened for futures",
    "/futures/open/members",
    json({ start: 0, tasks: [{ task: "echo", input: { value: 1 } }] }),
    400,
    "tasks",
  ],
  [
    "a page that starts anywhere",
    "/futures/open/members",
    json({ start: 7, of: ["taken"] }),
    400,
    "start",
  ],
  [
    "a page beyond what an aggregate holds",
    "/futures/open/members",
    json({ start: 100_000, of: ["taken"] }),
    400,
    "start",
  ],
  [
    "a page for what was not opened",
    "/futures/taken/members",
    json({ start: 0, of: ["taken"] }),
    409,
    "",
  ],
  ["a sealing with a gap", "/futures/partly/seal", json({ size: 251 }), 409, ""],
  ["a sealing below what was added", "/futures/partly/seal", json({ size: 1 }), 409, ""],
  ["a sealing with another size", "/futures/sealed/seal", json({ size: 2 }), 409, ""],
  ["a sealing of what was not opened", "/futures/taken/seal", json({ size: 1 }), 409, ""],
  ["a sealing without a size", "/futures/open/seal", json({}), 400, "size"],
  [
    "an aggregate that would be open for ever",
    "/aggregates/open",
    json({ policy: "gather", members: "tasks", sealWithinSeconds: 86_401 }),
    400,
    "sealWithinSeconds",
  ],
  [
    "a waitFor that is to be opened",
    "/aggregates/open",
    json({ policy: "waitFor", members: "tasks" }),
    400,
    "policy",
  ],
  ["a move to no priority", "/futures/open/priority", json({}), 400, "priority"],
  ["a move of what has settled", "/futures/taken/priority", json({ priority: 1 }), 409, ""],
];

test.each(cases)("%s", async (_what, path, request, status, field) => {
  const before = it.traces();
  const response = await fetch(`${it.cloud.endpoint}${path}`, { method: "POST", ...request });
  const problem = (await response.json()) as {
    status: number;
    title: string;
    detail: string;
    errors?: { field: string; message: string }[];
  };
  expect(response.status, JSON.stringify(problem)).toBe(status);
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  expect(problem.status).toBe(status);
  expect(problem.title).not.toBe("");
  if (field) expect(problem.errors?.map((each) => each.field)).toContain(field);
  for (const error of problem.errors ?? []) expect(error.message.length).toBeGreaterThan(5);
  expect(it.traces()).toEqual(before);
});

test("the OpenAPI document is served", async () => {
  const response = await fetch(`${it.cloud.endpoint}/openapi.json`);
  const document = (await response.json()) as { openapi: string; paths: Record<string, unknown> };
  expect(document.openapi).toMatch(/^3\.1/);
  expect(Object.keys(document.paths)).toContain("/tasks");
});

test("the bands are listed", async () => {
  const response = await fetch(`${it.cloud.endpoint}/bands`);
  const { bands } = (await response.json()) as { bands: { name: string; ready: number }[] };
  expect(bands.map((each) => each.name)).toEqual(["critical", "high", "normal", "low"]);
});
