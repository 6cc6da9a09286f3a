import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Band, bandOf, DEFAULT_BANDS, MAX_BANDS, validateBands } from "../../core/bands.ts";
import { ConfigurationError } from "../../core/errors.ts";

const priority = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** Well-formed bands: rising bounds, the last without one. */
const anyBands = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { maxLength: MAX_BANDS - 1 })
  .map((bounds): Band[] => [
    ...bounds
      .sort((a, b) => a - b)
      .map((to, index) => ({ name: `band-${index}`, to, share: 0.05 })),
    { name: "last", share: 0.05 },
  ]);

describe("bands", () => {
  it("every priority falls into exactly one band, the one whose range holds it", () => {
    fc.assert(
      fc.property(anyBands, priority, (bands, each) => {
        const holding = bands.flatMap(({ to = Number.POSITIVE_INFINITY }, index) => {
          const above = bands[index - 1]?.to ?? Number.NEGATIVE_INFINITY;
          return each > above && each <= to ? [index] : [];
        });
        expect(holding).toEqual([bandOf(each, bands)]);
      }),
    );
  });

  it("a more urgent priority never falls into a less urgent band", () => {
    fc.assert(
      fc.property(anyBands, priority, priority, (bands, a, b) => {
        const [urgent, other] = [Math.min(a, b), Math.max(a, b)];
        expect(bandOf(urgent, bands)).toBeLessThanOrEqual(bandOf(other, bands));
      }),
    );
  });

  it.each([
    [-(2 ** 31), 0],
    [1, 0],
    [2, 1],
    [4, 1],
    [5, 2],
    [7, 2],
    [8, 3],
    [2 ** 31 - 1, 3],
  ])("priority %i falls into the default band number %i", (each, index) => {
    expect(bandOf(each, DEFAULT_BANDS)).toBe(index);
  });

  it("well-formed bands are accepted", () => {
    fc.assert(
      fc.property(anyBands, (bands) => {
        expect(() => validateBands(bands)).not.toThrow();
      }),
    );
  });

  const good: Band = { name: "low", share: 0.05 };
  it.each<[string, unknown, RegExp]>([
    ["none", [], /^bands: give 1 to 10/],
    ["no list", { low: good }, /^bands: give 1 to 10/],
    ["eleven", Array.from({ length: 11 }, () => good), /^bands: give 1 to 10/],
    ["a name with a capital", [{ ...good, name: "Low" }], /^bands\[0\]\.name is "Low"/],
    ["a name that is empty", [{ ...good, name: "" }], /^bands\[0\]\.name/],
    ["a name twice", [{ ...good, to: 1 }, good], /^bands\[1\]\.name "low" stands twice/],
    ["a bound on the last", [{ ...good, to: 1 }], /^bands\[0\]\.to: leave it out/],
    ["no bound", [{ name: "high", share: 0 }, good], /^bands\[0\]\.to is undefined/],
    [
      "a bound that is no integer",
      [{ name: "a", to: 1.5, share: 0 }, good],
      /^bands\[0\]\.to is 1/,
    ],
    [
      "bounds that do not rise",
      [{ name: "a", to: 3, share: 0 }, { name: "b", to: 3, share: 0 }, good],
      /^bands\[1\]\.to is 3; .*\(3\)/,
    ],
    ["a share of one", [{ ...good, share: 1 }], /^bands\[0\]\.share is 1/],
    ["a negative share", [{ ...good, share: -0.1 }], /^bands\[0\]\.share is -0\.1/],
    ["no share", [{ name: "low" }], /^bands\[0\]\.share is undefined/],
    [
      "shares that leave nothing",
      [
        { name: "a", to: 1, share: 0.5 },
        { name: "b", share: 0.5 },
      ],
      /^bands: the shares add up to 1;/,
    ],
  ])("%s is refused by name", (_what, bands, message) => {
    expect(() => validateBands(bands as Band[])).toThrow(ConfigurationError);
    expect(() => validateBands(bands as Band[])).toThrow(message);
  });
});
