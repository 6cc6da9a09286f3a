/**
 * Bad input: a 4xx problem document that names the field, and nothing stored or queued for it.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Deployment, deploy } from "./support/deployment.ts";

let it: Deployment;
beforeAll(async () => {
  it = await deploy();
  await it.forerun.submit("echo", { value: 1 }, { id: "taken" }).result();
});
afterAll(() => it.stop());

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
