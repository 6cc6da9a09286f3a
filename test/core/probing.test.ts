import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Band, DEFAULT_BANDS } from "../../core/bands.ts";
import { afterDispatch, newHistory, type ProbeHistory, probeOrder } from "../../core/probing.ts";

/** The band that a slot serves when these bands have work, and its history after it. */
function dispatch(
  bands: readonly Band[],
  history: ProbeHistory,
  hasWork: (band: number) => boolean,
  contended = true,
): { served: number; history: ProbeHistory } {
  const order = probeOrder(bands, "weighted", history);
  const place = order.findIndex(hasWork);
  const served = order[place] as number;
  return { served, history: afterDispatch(history, served, order.slice(0, place), contended) };
}

function serveMany(bands: readonly Band[], dispatches: number): number[] {
  let history = newHistory(bands);
  return Array.from({ length: dispatches }, () => {
    const step = dispatch(bands, history, () => true);
    history = step.history;
    return step.served;
  });
}

const sharesOf = fc
  .array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 })
  .map((shares): Band[] =>
    [0, ...shares].map((share, index) => ({ name: `b${index}`, share: share / 150 })),
  );

describe("the order in which a slot probes", () => {
  it("promise 5: strict goes from the top, whatever was served before", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }), (history) => {
        expect(probeOrder(DEFAULT_BANDS, "strict", history)).toEqual([0, 1, 2, 3]);
      }),
    );
  });

  it("every band is probed exactly once, and but for the first one they stand in order", () => {
    fc.assert(
      fc.property(sharesOf, fc.array(fc.nat(100), { maxLength: 7 }), (bands, history) => {
        const order = probeOrder(bands, "weighted", history);
        expect([...order].sort((a, b) => a - b)).toEqual([...bands.keys()]);
        const rest = order.slice(1);
        expect(rest).toEqual([...rest].sort((a, b) => a - b));
      }),
    );
  });

  it("promise 9: among busy bands each gets its share, and its turn within 1/share dispatches", () => {
    fc.assert(
      fc.property(sharesOf, (bands) => {
        const served = serveMany(bands, 1500);
        for (const [index, { share }] of bands.entries()) {
          if (index === 0 || share === 0) continue;
          // Bands that fall due together wait for one another.
          const every = Math.ceil(1 / share) + bands.length;
          const count = served.filter((each) => each === index).length;
          expect(count).toBeGreaterThanOrEqual(Math.floor(1500 / every));
          let since = 0;
          for (const each of served) {
            since = each === index ? 0 : since + 1;
            expect(since).toBeLessThan(every + bands.length);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("promise 9: the default shares of 10, 5 and 5 % hold, and the top band gets the rest", () => {
    const served = serveMany(DEFAULT_BANDS, 10_000);
    const shares = DEFAULT_BANDS.map((_, band) => served.filter((each) => each === band).length);
    expect(shares[1]).toBeGreaterThanOrEqual(1000 * 0.95);
    expect(shares[2]).toBeGreaterThanOrEqual(500 * 0.95);
    expect(shares[3]).toBeGreaterThanOrEqual(500 * 0.95);
    expect(shares[0]).toBeGreaterThan(7900);
  });

  it("promise 5: without contention no band is passed over, however long it was not served", () => {
    let history = newHistory(DEFAULT_BANDS);
    for (let count = 0; count < 200; count += 1) {
      expect(probeOrder(DEFAULT_BANDS, "weighted", history)).toEqual([0, 1, 2, 3]);
      history = dispatch(DEFAULT_BANDS, history, () => true, false).history;
    }
  });

  it("promise 5: a band found empty has no claim to be first for what it did not need", () => {
    let history = newHistory(DEFAULT_BANDS);
    // Only the lowest band has work: all above it are found empty each time.
    for (let count = 0; count < 50; count += 1) {
      history = dispatch(DEFAULT_BANDS, history, (band) => band === 3).history;
    }
    expect(history.slice(1)).toEqual([0, 0, 0]);
  });

  it("a share that is exactly due counts as due, although 1/share is not exact in binary", () => {
    for (const every of [3, 7, 10, 20, 49]) {
      const bands = [
        { name: "a", to: 1, share: 0 },
        { name: "b", share: 1 / every },
      ];
      const served = serveMany(bands, every * 3);
      expect(served.filter((each) => each === 1)).toHaveLength(3);
      expect(served[every - 1]).toBe(1);
    }
  });
});
