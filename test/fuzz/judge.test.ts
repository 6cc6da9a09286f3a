/**
 * A judge that finds nothing would be of no use: each rule is broken here, and found.
 */
import { expect, test } from "vitest";
import { operationsOf } from "./document.ts";
import { type FuzzAnswer, judge } from "./judge.ts";
import { memoryTarget } from "./memory.ts";
import { request } from "./target.ts";

const { body: document } = await memoryTarget().send(request("GET", "/openapi.json"));
const operations = operationsOf(JSON.parse(document));

const problem = (status: number, errors?: object[]) =>
  JSON.stringify({ type: "about:blank", title: "No", status, detail: "No.", errors });
const NAMED = [{ field: "task", message: "name a task" }];
const PROBLEM = { "content-type": "application/problem+json" };
const JSON_TYPE = { "content-type": "application/json" };

const refusal: FuzzAnswer = {
  status: 400,
  headers: PROBLEM,
  body: problem(400, NAMED),
  traces: [],
  byGateway: false,
  milliseconds: 1,
};

const future = (id: string) =>
  JSON.stringify({
    id,
    kind: "task",
    state: "pending",
    attempts: 0,
    createdAt: "2026-11-25T12:00:00Z",
  });
const acceptance: FuzzAnswer = { ...refusal, status: 202, headers: JSON_TYPE, body: future("a") };

function rulesBroken(answer: Partial<FuzzAnswer>, body: Buffer | unknown = { task: "echo" }) {
  const operation = operations.find(({ name }) => name === "POST /tasks");
  if (!operation) throw new Error("There is no POST /tasks.");
  const asked = request("POST", "/tasks", body);
  const bytes = Buffer.isBuffer(body) ? { body, headers: {} } : {};
  const all = { kind: "valid", operation, ...asked, ...bytes } as const;
  return judge(all, { ...refusal, ...answer }, operations).map(({ rule }) => rule);
}

test("what is right breaks no rule", () => {
  expect(rulesBroken({})).toEqual([]);
  expect(rulesBroken(acceptance, { task: "echo", id: "a" })).toEqual([]);
});

test.each<[rule: string, answer: Partial<FuzzAnswer>, body?: unknown]>([
  ["500 is answered", { status: 500, body: problem(500) }],
  ["an answer takes too long", { milliseconds: 60_000 }],
  ["a refused request leaves a trace", { traces: ["futures a"] }],
  ["a refusal is no problem document", { headers: JSON_TYPE }],
  ["a refusal is no problem document", { body: problem(422, NAMED) }],
  ["a refusal names no field", { body: problem(400) }],
  ["a refusal says not what is wrong", { body: problem(400, [{ field: "", message: "wrong" }]) }],
  ["418 is not in the document", { status: 418, body: problem(418) }],
  ["an answer is not as the document has it", { ...acceptance, body: "{}" }],
  ["a body is taken that the document refuses", acceptance, { task: 1 }],
  ["another id is answered than was asked for", acceptance, { task: "echo", id: "b" }],
  ["bytes that are no UTF-8 are taken", acceptance, Buffer.from([0x22, 0xff, 0x22])],
])("%s", (rule, answer, body) => {
  expect(rulesBroken(answer, body)).toContain(rule);
});
