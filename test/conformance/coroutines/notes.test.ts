import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { momentOf, tickOf } from "./grid.ts";
import { type Note, note, readNotes } from "./notes.ts";

const directory = mkdtempSync(join(tmpdir(), "forerun-notes-"));
afterAll(() => rmSync(directory, { recursive: true }));

let file: string;
let count = 0;
beforeEach(() => {
  file = join(directory, `${count++}.jsonl`);
});

const told = (...notes: Note[]) => {
  for (const each of notes) note(file, each);
  return readNotes(file);
};

test("an effect that is done twice shows, and a coroutine without any has none", () => {
  const place = { place: 0, late: 0 };
  const { effects } = told(
    { of: "k", ...place },
    { of: "idle", ...place },
    { of: "k", effect: "e" },
    { of: "k", effect: "e" },
  );
  expect(effects).toEqual({ k: ["e", "e"], idle: [] });
});

test("a replay, which comes to its places long after, is not late", () => {
  const first: Note[] = [
    { of: "k", place: 0, late: 0.1 },
    { of: "k", place: 1, late: 0.2 },
  ];
  expect(told(...first, { of: "k", place: 0, late: 9 }).late).toEqual({ k: 0.2 });
});

test("what was never told is nothing", () => {
  expect(readNotes(file)).toEqual({ named: new Map(), effects: {}, late: {} });
});

test("what is late by less than half a tick is reckoned from the tick on which it should be", () => {
  const grid = { begun: 1_000_000, tick: 2000 };
  expect([0, 970, 1000, 6970].map((late) => tickOf(grid, grid.begun + late))).toEqual([
    0, 0, 0.5, 3,
  ]);
  // Moments that are rounded to a millisecond before a tick belong to it.
  expect(tickOf(grid, momentOf(grid, 2.5) - 1)).toBe(2.5);
});
