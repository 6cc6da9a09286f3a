import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, requestHash } from "../../core/hash.ts";
import { inBatches } from "../../core/parallel.ts";
import { fetchText, fitsInline, INLINE_BYTES, type Place, place } from "../../core/texts.ts";
import { memoryPorts } from "../support/memoryPorts.ts";

describe("texts", () => {
  it("text of any size is found again where it was placed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 500 }), async (text) => {
        const ports = memoryPorts({ objectBytes: 600 });
        const placed: Place = await place(ports, { id: "x", kind: "input", tag: "key" }, text);
        expect(await fetchText(ports, "x", placed)).toBe(text);
        const bytes = Buffer.byteLength(text);
        expect(placed.inline !== undefined).toBe(bytes <= INLINE_BYTES);
        expect(placed.object?.bytes).toBe(bytes > 600 ? bytes : undefined);
      }),
    );
  });

  it("bytes count, not characters: 350 umlauts are too large for the item", () => {
    expect(fitsInline("a".repeat(INLINE_BYTES))).toBe(true);
    expect(fitsInline("ü".repeat(INLINE_BYTES))).toBe(false);
  });
});

describe("promise 8: what makes two requests the same", () => {
  const shuffled = fc
    .dictionary(fc.string(), fc.jsonValue())
    .chain((value) =>
      fc.tuple(
        fc.constant(value),
        fc.shuffledSubarray(Object.entries(value), { minLength: Object.keys(value).length }),
      ),
    );

  it("the order of properties does not, nor one that is undefined", () => {
    fc.assert(
      fc.property(shuffled, ([value, entries]) => {
        const other = Object.fromEntries(entries);
        expect(requestHash({ value: other })).toBe(requestHash({ value, more: undefined }));
      }),
    );
  });

  it("any other value does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        fc.pre(canonicalJson(a) !== canonicalJson(b));
        expect(requestHash(a)).not.toBe(requestHash(b));
      }),
    );
  });
});

describe("calls in batches", () => {
  it("results stand in order, and no more than 25 calls are under way", async () => {
    let under = 0;
    let most = 0;
    const results = await inBatches([...Array(100).keys()], async (each) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
      return each * 2;
    });
    expect(results).toEqual([...Array(100).keys()].map((each) => each * 2));
    expect(most).toBe(25);
  });
});
