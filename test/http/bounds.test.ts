/**
 * Bodies that are made to exhaust, to pollute prototypes, or to arrive as something else than what
 * was sent: each is refused by a problem that names the place, and what is data arrives unchanged.
 */
import { expect, it, vi } from "vitest";
import { MAX_DEPTH, MAX_KEYS, MAX_VALUES } from "../../functions/http/bounds.ts";
import { startApps, stored } from "./apps.ts";

const task = (input: string) => `{"task": "works", "input": ${input}}`;
const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const keys = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0])));
const error = (name: string, message: string) => JSON.stringify({ error: { name, message } });

it.each([
  ["nested too deep", "/tasks", task(nested(MAX_DEPTH)), "body"],
  ["nested a million deep", "/tasks", task(nested(1_000_000)), "body"],
  ["nested too deep, and no JSON", "/tasks", "[".repeat(MAX_DEPTH + 1), "body"],
  ["too many values", "/tasks", task(`[${"0,".repeat(MAX_VALUES)}0]`), "body"],
  ["too many keys in one object", "/tasks", task(`[${keys(MAX_KEYS + 1)}]`), "input[0]"],
  [
    "a prototype as a key",
    "/tasks",
    task('{"a": [{"__proto__": {"x": 1}}]}'),
    "input.a[0].__proto__",
  ],
  ["a prototype at the top", "/tasks", '{"task": "works", "__proto__": {}}', "__proto__"],
  [
    "a prototype by way of the constructor",
    "/timers",
    '{"delaySeconds": 1, "result": {"constructor": {"prototype": {}}}}',
    "result.constructor",
  ],
  ["a number that would become null", "/tasks", task('{"a": [1, 1e400]}'), "input.a[1]"],
  ["a NUL in an error's name", "/futures/p/settle", error("No\0", ""), "error.name"],
  ["half a surrogate pair", "/futures/p/settle", error("No", "\ud800"), "error.message"],
  ["a NUL in an id", "/promises", JSON.stringify({ id: "a\0b" }), "id"],
  ["a NUL in a tenant", "/tasks", JSON.stringify({ task: "works", tenant: "a\0" }), "tenant"],
])("%s", async (_, path, body, field) => {
  const apps = startApps();
  await apps.send("POST", "/promises", { id: "p" });
  const answer = await apps.send("POST", path, body);
  expect(answer.body).toMatchObject({ status: 400, errors: [{ field }] });
  expect(await stored(apps)).toHaveLength(1);
});

it("brackets are no reason to compute for seconds: they are refused before they are parsed", async () => {
  const text = nested(2_400_000);
  const parse = vi.spyOn(JSON, "parse");
  const answer = await startApps().send("POST", "/tasks", text);
  expect(parse).not.toHaveBeenCalledWith(text);
  parse.mockRestore();
  expect(answer.status).toBe(400);
});

it.each([
  ["brackets within a text", JSON.stringify(`\\"${nested(MAX_DEPTH * 2)}\\`)],
  ["as deep as is allowed", nested(MAX_DEPTH - 1)],
  ["as many keys as are allowed", keys(MAX_KEYS)],
  [
    "NUL, surrogates and names of properties that all objects have",
    String.raw`{"a\u0000": "\u0000\ud800", "constructor": 1, "toString": {}, "prototype": []}`,
  ],
])("%s arrives as it was sent", async (_, input) => {
  const apps = startApps();
  const made = await apps.send("POST", "/timers", `{"delaySeconds": 1, "result": ${input}}`);
  expect(made.status).toBe(201);
  const [record] = await stored(apps);
  const text =
    record?.result ?? (await apps.ports.store.blob(record?.id ?? "", record?.resultAt ?? ""));
  expect(JSON.parse(text ?? "")).toEqual(JSON.parse(input));
});
