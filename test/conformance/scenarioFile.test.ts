import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { OURS, readScenarios, ScenarioFileError } from "./scenarioFile.ts";

const directory = mkdtempSync(join(tmpdir(), "forerun-scenarios-"));
const file = join(directory, "scenarios.json");
afterAll(() => rmSync(directory, { recursive: true }));

const future = { at: 0, op: "future", as: "f" };

const scenario = (changes: object = {}) => ({
  id: "mine",
  until: 10,
  ops: [future],
  expect: { futures: { f: { state: "pending" } }, ops: {} },
  ...changes,
});

const program = (body: unknown, effects: object = { k: [] }) => ({
  id: "programs",
  until: 10,
  ops: [{ at: 0, op: "coroutine", as: "k", body }],
  expect: { futures: { k: { state: "succeeded", result: null, at: 0 } }, ops: {}, effects },
});

function reading(content: unknown) {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return () => readScenarios(file);
}

test("the project's own scenarios can be read", () => {
  expect(OURS.map((each) => readScenarios(each).length)).toEqual([46, 150, 150]);
});

test("a file is read as it stands, fields that it may add included", () => {
  const content = [scenario({ note: "why" })];
  expect(reading(content)()).toEqual(content);
});

test("a limit of no time, of null and of none may all be given", () => {
  const waits = [0, null, undefined].map((timeout, index) => ({
    at: 1,
    op: "wait",
    as: `w${index}`,
    of: ["f"],
    timeout,
  }));
  expect(reading([scenario({ ops: [future, ...waits] })])()).toHaveLength(1);
});

const refusals: [what: string, content: unknown, message: RegExp][] = [
  ["no JSON", "{", /JSON/],
  ["no list", scenario(), /it is no list of scenarios/],
  ["no scenario", [null], /scenario number 0 \(from 0\): it says nothing of what to expect/],
  ["no expectation", [scenario({ expect: undefined })], /"mine": it says nothing of what/],
  [
    "an unknown statement",
    [scenario(), program([{ try: [{ nap: 1 }] }])],
    /"programs": ops\.0\.body\.0\.try\.0: the statement {"nap":1} is unknown; there are submit/,
  ],
  [
    "a statement's missing field",
    [program([{ let: "v", waitFor: "t" }])],
    /"programs": ops\.0\.body\.0\.timeout: use a number of ticks/,
  ],
  [
    "a block that is no list",
    [program([{ repeat: 2, body: { sleep: 1 } }])],
    /ops\.0\.body\.0\.body: use a list of statements/,
  ],
  [
    "a coroutine of which no effects are expected",
    [{ ...program([]), expect: { futures: {}, ops: {} } }],
    /expect\.effects: use the side effects of each coroutine/,
  ],
  [
    "an op that cannot stand beside coroutines",
    [{ ...program([]), ops: [...program([]).ops, future] }],
    /the op "future" cannot stand beside coroutines; there can be coroutine, gather, cancel/,
  ],
  [
    "an effect of a coroutine that nothing starts",
    [program([], { k: [], other: [] })],
    /it expects something of "other", which nothing makes/,
  ],
  ["an unknown op", [scenario({ ops: [{ at: 0, op: "sleep" }] })], /the op "sleep" is unknown/],
  ["a field of another type", [scenario({ until: "late" })], /until: use a number of ticks/],
  [
    "a missing field",
    [scenario({ ops: [{ at: 0, op: "cancel" }] })],
    /"mine": ops\.0\.target: use a name/,
  ],
  [
    "a future that nothing made",
    [scenario({ ops: [{ at: 0, op: "shield", as: "s", of: "f" }, future] })],
    /op 0 names "f", which nothing before it made/,
  ],
  ["a name twice", [scenario({ ops: [future, future] })], /op 1 makes "f", a name that is taken/],
  [
    "an expectation of nothing",
    [scenario({ ops: [] })],
    /it expects something of "f", which no op makes/,
  ],
];

test.each(refusals)("%s is refused, naming file and scenario", (_, content, message) => {
  const read = reading(content);
  expect(read).toThrow(ScenarioFileError);
  expect(read).toThrow(message);
  expect(read).toThrow(file);
});

test("a file that does not exist is refused", () => {
  expect(() => readScenarios(join(directory, "none.json"))).toThrow(ScenarioFileError);
});
