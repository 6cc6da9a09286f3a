/**
 * The judge of a chaos run notices what must not happen.
 */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FutureRecord } from "../../core/future.ts";
import type { Future } from "../../core/wire.ts";
import { Chronicle } from "./chronicle.ts";
import type { Effect } from "./effects.ts";
import { type Sample, trendsOf } from "./memory.ts";
import type { Noted, Write } from "./recorder.ts";

const AT = Date.parse("2026-11-01T00:00:00Z");

let directory: string;
let chronicle: Chronicle;
const settled: string[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "chronicle-"));
  settled.length = 0;
  chronicle = new Chronicle({ writes: file("writes"), effects: file("effects") }, (id) =>
    settled.push(id),
  );
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (name: string) => join(directory, name);

const task: Noted = { id: "a", kind: "task", state: "pending", turn: 0, attempts: 0 };
const running: Noted = { ...task, state: "running", attempts: 1, token: "t", leaseUntil: AT };
const done: Noted = { ...running, state: "succeeded", result: "1", settledAt: AT };

function wrote(after: Noted, rest: Partial<Write> = {}): void {
  const write: Write = { at: AT, by: "Worker-1", after, ...rest };
  appendFileSync(file("writes"), `${JSON.stringify(write)}\n`);
  chronicle.read();
}

function ran(effect: Partial<Effect>): void {
  const all: Effect = { id: "a", run: "r", attempt: 1, what: "start", at: AT, pid: 1, ...effect };
  appendFileSync(file("effects"), `${JSON.stringify(all)}\n`);
  chronicle.read();
}

const view = (state: Future["state"], rest: Partial<Future> = {}): Future => ({
  ...{ id: "a", kind: "task", state, attempts: 1, createdAt: "" },
  ...rest,
});

const violations = () => chronicle.history.violations;

test("a future that lives and settles is in order", () => {
  wrote(task);
  wrote(running);
  wrote(done);
  expect(violations()).toEqual([]);
  expect(settled).toEqual(["a"]);
});

test("promise 2: an outcome that is written over is noticed, even over the death of the cloud", () => {
  wrote(task);
  wrote(running);
  wrote(done);
  wrote({ ...done, result: "2" }, { before: done });
  expect(violations()).toEqual([expect.stringMatching(/promise 2: a: result changed/)]);
});

test("promise 2: what the cloud could not note before its death is judged as well", () => {
  wrote(task);
  wrote(running);
  wrote(done);
  // The next life finds it pending again.
  wrote(running, { before: { ...task, turn: 1 } });
  expect(violations()[0]).toMatch(/promise 2: a: succeeded became pending/);
});

test("what settled as the cloud was killed is found in the table", () => {
  wrote(task);
  wrote(running);
  chronicle.found(done as FutureRecord);
  chronicle.found(done as FutureRecord);
  expect(settled).toEqual(["a"]);
  expect(violations()).toEqual([]);
});

test("promise 3: a lease that is broken while it lives is noticed", () => {
  wrote(task);
  wrote({ ...running, leaseUntil: AT + 60_000 });
  wrote({ ...running, attempts: 2, token: "u" });
  expect(violations()).toEqual([expect.stringMatching(/promise 3: a: a living lease was broken/)]);
});

test("promise 3: an attempt that runs twice is noticed, a second attempt is none", () => {
  ran({ run: "r", attempt: 1 });
  ran({ run: "s", attempt: 2 });
  expect(violations()).toEqual([]);
  ran({ run: "t", attempt: 2 });
  expect(violations()).toEqual([expect.stringMatching(/promise 3: a: attempt 2 ran twice/)]);
});

test("promise 3: only the attempt that the table names may have given the result", () => {
  ran({ run: "r", attempt: 1, what: "end" });
  const record = { ...done } as FutureRecord;
  const text = JSON.stringify({ of: "a", run: "r" });
  expect(chronicle.effects.isResult(text, record)).toBe(true);
  expect(chronicle.effects.isResult(text, { ...record, attempts: 2 })).toBe(false);
  expect(chronicle.effects.isResult(JSON.stringify({ of: "b", run: "r" }), record)).toBe(false);
});

test("promise 2: readers that see different things are noticed, an old answer that comes late is not", () => {
  const settledAt = new Date(AT).toISOString();
  chronicle.saw(view("running"), Date.now());
  chronicle.saw(view("succeeded", { settledAt, result: { a: 1, b: 2 } }), Date.now());
  chronicle.saw(view("succeeded", { settledAt, result: { b: 2, a: 1 } }), Date.now());
  chronicle.saw(view("running"), Date.now() - 1000);
  expect(violations()).toEqual([]);
  chronicle.saw(view("running"), Date.now() + 1000);
  chronicle.saw(view("succeeded", { settledAt, result: 2 }), Date.now());
  expect(violations()).toHaveLength(2);
});

test("promise 2: a table that ends otherwise than was read and written is noticed", () => {
  wrote(task);
  wrote(running);
  wrote(done);
  chronicle.saw(view("succeeded", { settledAt: new Date(AT).toISOString() }), Date.now());
  chronicle.isStored(done as FutureRecord);
  expect(violations()).toEqual([]);
  chronicle.isStored({ ...done, settledAt: AT + 1 } as FutureRecord);
  expect(violations()).toHaveLength(2);
});

test("a line that a killed process wrote in part is passed over", () => {
  appendFileSync(file("writes"), '{"at":1,"af\n');
  wrote(task);
  expect(chronicle.wasWritten("a")).toBe(true);
});

test("what grows all along is flagged, noise is not", () => {
  const samples = Array.from(
    { length: 40 },
    (_, index): Sample => ({
      ...{ age: 60 + index * 5, life: 1 },
      values: { leak: 50 + index * 4, noise: 100 + (index % 7) * 10, start: index < 2 ? 50 : 100 },
    }),
  );
  const trends = Object.fromEntries(trendsOf(samples).map((each) => [each.what, each]));
  expect(trends.leak).toMatchObject({ grows: true, first: 50, last: 206 });
  expect(trends.leak?.perMinute).toBeCloseTo(48);
  expect(trends.noise?.grows).toBe(false);
  expect(trends.start?.grows).toBe(false);
});
