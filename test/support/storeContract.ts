/**
 * What every `Store` must do, whatever it stands on: run against DynamoDB and against memory.
 */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { LIVE } from "../../core/future.ts";
import type { Change, DueEntry, Store, When } from "../../core/ports.ts";
import { taskRecord } from "./records.ts";

/** @param makeStore gives an empty store for each test */
export function storeContract(makeStore: () => Promise<Store>): void {
  describe("futures", () => {
    it("gives back every field as it was stored, and none that was not", async () => {
      const store = await makeStore();
      const record = taskRecord({
        state: "failed",
        due: 1_800_000_000_123,
        tenant: "tenant",
        timeoutSeconds: 30,
        retry: { maxAttempts: 5, baseSeconds: 0.5 },
        token: "token",
        cancel: true,
        error: { name: "E", message: "", cause: { name: "C", message: "ü€😀" } },
        watchers: ["aggregate#3"],
        policy: { of: "gather", returnExceptions: false },
        size: 3,
        born: true,
        sealed: false,
        decided: [0, 4, 8],
        expires: 1_900_000_000,
      });
      expect(await store.insert(record)).toEqual({ applied: true, record });
      expect(await store.read(record.id)).toStrictEqual(record);
    });

    it("reads a future that does not exist as undefined", async () => {
      expect(await (await makeStore()).read("nobody")).toBeUndefined();
    });

    it("refuses an id that is taken, and gives and keeps the record that has it", async () => {
      const store = await makeStore();
      const first = taskRecord({ input: "1" });
      await store.insert(first);
      const second = { ...first, request: "another", input: "2" };
      expect(await store.insert(second)).toEqual({ applied: false, record: first });
      expect(await store.read(first.id)).toEqual(first);
    });

    it("updates no future that does not exist, and creates none by it", async () => {
      const store = await makeStore();
      const written = await store.update("nobody", {}, { set: { priority: 1 } });
      expect(written).toEqual({ applied: false, record: undefined });
      expect(await store.read("nobody")).toBeUndefined();
    });

    it("sets, removes, adds and watches in one write, and gives the record after it", async () => {
      const store = await makeStore();
      const before = taskRecord({ leaseUntil: 7, attempts: 1, watchers: ["a#0"] });
      await store.insert(before);
      const written = await store.update(
        before.id,
        {},
        {
          set: { state: "succeeded", result: "[]", decided: [] },
          remove: ["leaseUntil", "due"],
          add: { turn: 1, attempts: 2 },
          watch: ["b#1", "a#0"],
        },
      );
      const { leaseUntil: _, ...rest } = before;
      const after = {
        ...rest,
        state: "succeeded",
        result: "[]",
        decided: [],
        turn: 1,
        attempts: 3,
        watchers: ["a#0", "b#1"],
      };
      expect(sortWatchers(written.record)).toEqual(after);
      expect(sortWatchers(await store.read(before.id))).toEqual(after);
    });

    it("takes watchers away, and with the last one the set", async () => {
      const store = await makeStore();
      const { id } = taskRecord();
      await store.insert(taskRecord({ id, watchers: ["a#0", "b#1"] }));
      const one = await store.update(id, {}, { unwatch: ["a#0", "nobody#7"] });
      expect(one.record?.watchers).toEqual(["b#1"]);
      const none = await store.update(id, {}, { unwatch: ["b#1"] });
      expect(none.record).not.toHaveProperty("watchers");
      expect(await store.read(id)).not.toHaveProperty("watchers");
    });

    it("lets one of many claims win when all race for a task", async () => {
      const store = await makeStore();
      const record = taskRecord();
      await store.insert(record);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.update(
            record.id,
            { states: ["pending"], turn: 0 },
            { set: { state: "running", token: `token-${index}` }, add: { attempts: 1 } },
          ),
        ),
      );
      expect(claims.filter((each) => each.applied)).toHaveLength(1);
      // Whoever is refused sees who won.
      expect(new Set(claims.map((each) => each.record?.token)).size).toBe(1);
      expect((await store.read(record.id))?.attempts).toBe(1);
    });
  });

  describe("conditions", () => {
    const full = Array.from({ length: 32 }, (_, index) => `aggregate#${index}`);
    const cases: [
      name: string,
      stored: Parameters<typeof taskRecord>[0],
      when: When,
      holds: boolean,
    ][] = [
      ["nothing is asked", {}, {}, true],
      ["the state is one of them", { state: "running" }, { states: LIVE }, true],
      ["the state is none of them", { state: "failed" }, { states: LIVE }, false],
      ["the turn is that", { turn: 2 }, { turn: 2 }, true],
      ["the turn is past", { turn: 3 }, { turn: 2 }, false],
      ["the token is that", { token: "mine" }, { token: "mine" }, true],
      ["the token is another's", { token: "theirs" }, { token: "mine" }, false],
      ["there is no token", {}, { token: "mine" }, false],
      ["it is due at that very time", { due: 1000 }, { dueBy: 1000 }, true],
      ["it is due later", { due: 1001 }, { dueBy: 1000 }, false],
      ["it was never delayed", {}, { dueBy: 1000 }, true],
      ["no cancel was requested", {}, { uncancelled: true }, true],
      ["the flag of cancel is down", { cancel: false }, { uncancelled: true }, true],
      ["a cancel was requested", { cancel: true }, { uncancelled: true }, false],
      [
        "a cancel was requested and it does not matter",
        { cancel: true },
        { uncancelled: false },
        true,
      ],
      ["it is not stopping its members", {}, { unstopped: true }, true],
      ["it is stopping its members", { stopping: "timeout" }, { unstopped: true }, false],
      ["it is sealed, as asked", { sealed: true }, { sealed: true }, true],
      ["it is open and should be sealed", {}, { sealed: true }, false],
      ["it is open, as asked", {}, { sealed: false }, true],
      ["it was born open, as asked", { sealed: false }, { sealed: false }, true],
      ["it is sealed and should be open", { sealed: true }, { sealed: false }, false],
      ["it extends to that", { extent: 5 }, { extent: 5 }, true],
      ["it extends to another number", { extent: 6 }, { extent: 5 }, false],
      ["it extends to nothing, which counts as 0", {}, { extent: 0 }, true],
      ["it extends to nothing and should to something", {}, { extent: 1 }, false],
      ["it extends to nothing yet", {}, { extentBelow: 1 }, true],
      ["it extends to less", { extent: 4 }, { extentBelow: 5 }, true],
      ["it extends to as much", { extent: 5 }, { extentBelow: 5 }, false],
      ["it has no watchers", {}, { watchersBelow: 32 }, true],
      ["it has room for a watcher", { watchers: full.slice(1) }, { watchersBelow: 32 }, true],
      ["its watchers are full", { watchers: full }, { watchersBelow: 32 }, false],
      [
        "all hold",
        { state: "running", turn: 1, token: "t", due: 1 },
        { states: ["running"], turn: 1, token: "t", dueBy: 2, uncancelled: true },
        true,
      ],
      [
        "all but one hold",
        { state: "running", turn: 1, token: "t", due: 1, cancel: true },
        { states: ["running"], turn: 1, token: "t", dueBy: 2, uncancelled: true },
        false,
      ],
    ];

    it.each(cases)("%s", async (_name, stored, when, holds) => {
      const store = await makeStore();
      const record = taskRecord(stored);
      await store.insert(record);
      const change: Change = { set: { priority: 99 } };
      const written = await store.update(record.id, when, change);
      expect(written.applied).toBe(holds);
      // Applied: as it stands after it; refused: as it stood, and still stands.
      const after = sortWatchers(holds ? { ...record, priority: 99 } : record);
      expect(sortWatchers(written.record)).toEqual(after);
      expect(sortWatchers(await store.read(record.id))).toEqual(after);
    });
  });

  describe("reading many", () => {
    it("finds all of several hundred, once each, although some are named twice or not there", async () => {
      const store = await makeStore();
      const records = Array.from({ length: 230 }, (_, index) => taskRecord({ priority: index }));
      await Promise.all(records.map((record) => store.insert(record)));
      const ids = records.map((record) => record.id);
      const found = await store.readMany([...ids, "nobody", ...ids.slice(0, 50)]);
      expect(found.size).toBe(230);
      for (const record of records) expect(found.get(record.id)).toEqual(record);
    });

    it("reads none of none", async () => {
      expect((await (await makeStore()).readMany([])).size).toBe(0);
    });
  });

  describe("tallies", () => {
    it("keeps reports in their order, and each of them once", async () => {
      const store = await makeStore();
      expect(await store.tally("a")).toEqual([]);
      expect(await store.report("a", 7)).toEqual({ codes: [7], fresh: true });
      expect(await store.report("a", 0)).toEqual({ codes: [7, 0], fresh: true });
      expect(await store.report("a", 7)).toEqual({ codes: [7, 0], fresh: false });
      // 70 contains 7 as text, not as a number.
      expect(await store.report("a", 70)).toEqual({ codes: [7, 0, 70], fresh: true });
      expect(await store.tally("a")).toEqual([7, 0, 70]);
      expect(await store.tally("b")).toEqual([]);
    });

    it("loses no report when many members end at once, some of them twice", async () => {
      const store = await makeStore();
      const codes = Array.from({ length: 60 }, (_, index) => index % 40);
      const reports = await Promise.all(codes.map((code) => store.report("a", code)));
      expect(reports.filter((each) => each.fresh)).toHaveLength(40);
      expect([...(await store.tally("a"))].sort((a, b) => a - b)).toEqual([...codes.slice(0, 40)]);
    });

    it("remembers when each code came, if it is told", async () => {
      const store = await makeStore();
      expect(await store.report("a/0", 7, 100)).toEqual({ codes: [7], times: [100], fresh: true });
      await store.report("a/0", 7, 200);
      await store.report("a/0", 8, 150);
      await store.report("a/1", 1);
      const tallies = await store.tallies(["a/0", "a/1", "a/2"]);
      expect(tallies.get("a/0")).toEqual({ codes: [7, 8], times: [100, 150] });
      expect(tallies.get("a/1")).toEqual({ codes: [1] });
      expect(tallies.has("a/2")).toBe(false);
    });

    it("is not mistaken for a future", async () => {
      const store = await makeStore();
      await store.report("a", 1);
      expect(await store.read("a")).toBeUndefined();
    });
  });

  describe("watchers beyond the item", () => {
    it("gives each once, and none of another future", async () => {
      const store = await makeStore();
      await store.putWatchers("a", ["x#1"]);
      await store.putWatchers("a", ["x#10"]);
      await store.putWatchers("a", ["x#1"]);
      await store.putWatchers("b", ["x#2"]);
      expect((await store.watchers("a", 10)).watchers).toEqual(["x#1", "x#10"]);
      expect(await store.watchers("c", 10)).toEqual({ watchers: [] });
    });

    it("gives all of many, page by page, although what was given is removed meanwhile", async () => {
      const store = await makeStore();
      const all = Array.from({ length: 63 }, (_, index) => `x#${index}`);
      await store.putWatchers("a", all);
      const met: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.watchers("a", 5, cursor);
        expect(page.watchers.length).toBeLessThanOrEqual(5);
        met.push(...page.watchers);
        await Promise.all(page.watchers.map((each) => store.removeWatcher("a", each)));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(met.sort()).toEqual(all.sort());
      expect((await store.watchers("a", 5)).watchers).toEqual([]);
    });

    it("forgets a watcher that is not there without a word", async () => {
      await (await makeStore()).removeWatcher("a", "x#1");
    });
  });

  describe("large texts", () => {
    it.each([
      ["nothing", ""],
      ["a little", "ü€😀"],
      ["a megabyte of characters of one to four bytes", "aü€😀".repeat(110_000)],
    ])("gives back %s exactly", async (_name, text) => {
      const store = await makeStore();
      await store.putBlob("a", "input#1", text);
      await store.putBlob("a", "input#1", text);
      expect((await store.blob("a", "input#1")) === text).toBe(true);
    });

    it("lets the first who claims a name have it, and tells all others what stands there", async () => {
      const store = await makeStore();
      const texts = ["one", "two", "three"];
      const stand = await Promise.all(texts.map((text) => store.claimBlob("a", "of#0", text)));
      expect(new Set(stand).size).toBe(1);
      expect(await store.claimBlob("a", "of#0", "four")).toBe(stand[0]);
      expect(await store.blob("a", "of#0")).toBe(stand[0]);
    });

    it("does not confuse names or futures", async () => {
      const store = await makeStore();
      await store.putBlob("a", "input#1", "one");
      expect(await store.blob("a", "input#2")).toBeUndefined();
      expect(await store.blob("b", "input#1")).toBeUndefined();
      expect(await store.read("a")).toBeUndefined();
    });
  });

  describe("due times", () => {
    it("gives the earliest first, none too early, and no more than asked", async () => {
      const store = await makeStore();
      const at = (seconds: number) => 1_800_000_000_000 + seconds * 1000;
      const entries: DueEntry[] = Array.from({ length: 40 }, (_, index) => ({
        id: randomUUID(),
        at: at((index * 17) % 40),
      }));
      await Promise.all(entries.map((entry) => store.putDue(entry.id, entry.at)));
      const sorted = [...entries].sort((a, b) => a.at - b.at);
      expect(await store.dueBy(at(-1), 100)).toEqual([]);
      expect(await store.dueBy(at(9), 100)).toEqual(sorted.slice(0, 10));
      expect(await store.dueBy(at(9) - 1, 100)).toEqual(sorted.slice(0, 9));
      expect(await store.dueBy(at(100), 7)).toEqual(sorted.slice(0, 7));
    });

    it("forgets the entry that was dealt with and no other of the same future", async () => {
      const store = await makeStore();
      await store.putDue("a", 5);
      await store.putDue("a", 10);
      await store.putDue("a", 10);
      await store.removeDue({ id: "a", at: 5 });
      await store.removeDue({ id: "a", at: 6 });
      expect(await store.dueBy(100, 10)).toEqual([{ id: "a", at: 10 }]);
    });
  });

  describe("the scan", () => {
    it("meets every future once, page by page, and nothing else", async () => {
      const store = await makeStore();
      const records = Array.from({ length: 450 }, () => taskRecord());
      await Promise.all([
        ...records.map((record) => store.insert(record)),
        ...records.slice(0, 20).map(({ id }) => store.putWatchers(id, ["x#1"])),
        store.putDue("a", 1),
        store.report("a", 1),
        store.putBlob("a", "input", "text"),
      ]);
      const met: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.scan(cursor);
        met.push(...page.records.map((record) => record.id));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(met.sort()).toEqual(records.map((record) => record.id).sort());
    });
  });

  describe("pauses", () => {
    const low = { pool: "default", band: "low" };
    const high = { pool: "other-pool", band: "very-high" };

    it("are none at first, and what is paused keeps its time", async () => {
      const store = await makeStore();
      expect(await store.pauses()).toEqual({ paused: [] });
      await store.changePauses({ pause: { places: [low], at: 1 } });
      const both = await store.changePauses({ pause: { places: [low, high], at: 2 } });
      expect(both.paused).toEqual([
        { ...low, since: 1 },
        { ...high, since: 2 },
      ]);
      expect(await store.pauses()).toEqual(both);
    });

    it("end one by one, what is not paused too, and keep the renewal", async () => {
      const store = await makeStore();
      expect(await store.changePauses({ resume: [low] })).toEqual({ paused: [] });
      await store.changePauses({ pause: { places: [low, high], at: 1 } });
      const renewal = { begunAt: 7, cursor: "page" };
      await store.changePauses({ renewal });
      const left = { paused: [{ ...high, since: 1 }], renewal };
      expect(await store.changePauses({ resume: [low] })).toEqual(left);
      const done = { begunAt: 7 };
      await store.changePauses({ renewal: done });
      expect(await store.pauses()).toEqual({ ...left, renewal: done });
    });
  });
}

/** Watchers are a set: their order means nothing. */
function sortWatchers<T extends { watchers?: readonly string[] } | undefined>(record: T): T {
  if (!record?.watchers) return record;
  return { ...record, watchers: [...record.watchers].sort() };
}
