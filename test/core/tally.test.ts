import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeReport,
  decodeWatcher,
  type Ending,
  encodeReport,
  encodeWatcher,
  type Tier,
} from "../../core/tally.ts";
import { MemoryStore } from "../support/memoryStore.ts";

const ending = fc.constantFrom<Ending>("succeeded", "failed", "cancelled");
const tier = fc.constantFrom<Tier>("flat", "leaf", "quiet", "task", "guard");
const anyReport = fc.record({ member: fc.nat(100_000), ending });

describe("a tally", () => {
  it("a report's code is its own, and gives the report again", () => {
    fc.assert(
      fc.property(anyReport, anyReport, (a, b) => {
        expect(decodeReport(encodeReport(a))).toEqual(a);
        const same = a.member === b.member && a.ending === b.ending;
        expect(encodeReport(a) === encodeReport(b)).toBe(same);
      }),
    );
  });

  it("a watcher's address is read as it was written, also if the id is a member's", () => {
    const id = fc.stringMatching(/^[A-Za-z0-9_.#-]{1,40}$/);
    fc.assert(
      fc.property(id, fc.nat(), tier, (aggregate, member, tier) => {
        const watcher = { aggregate, member, tier };
        expect(decodeWatcher(encodeWatcher(watcher))).toEqual(watcher);
      }),
    );
  });

  it("promise 4: reports in any order, each any number of times, make the same set", async () => {
    const plan = fc
      .uniqueArray(anyReport, { selector: (each) => each.member, maxLength: 20 })
      .chain((reports) =>
        fc.tuple(fc.constant(reports), fc.shuffledSubarray([...reports, ...reports, ...reports])),
      );
    await fc.assert(
      fc.asyncProperty(plan, async ([reports, repeats]) => {
        const store = new MemoryStore();
        let fresh = 0;
        for (const report of [...repeats, ...reports]) {
          if ((await store.report("g", encodeReport(report))).fresh) fresh += 1;
        }
        const codes = await store.tally("g");
        expect(fresh).toBe(reports.length);
        expect([...codes].sort()).toEqual(reports.map(encodeReport).sort());
      }),
    );
  });
});
