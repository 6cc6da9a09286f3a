import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutIntoPages } from "../../aws/dynamodb/pages.ts";

describe("pages of a large text", () => {
  it("never part a character, never exceed the limit, and give the text again", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 60 }),
        fc.integer({ min: 4, max: 9 }),
        (text, limit) => {
          const pages = cutIntoPages(text, limit);
          expect(pages.join("")).toBe(text);
          expect(pages.join("")).not.toContain("\uFFFD");
          for (const page of pages) expect(Buffer.byteLength(page)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  it("are one empty page for an empty text, which differs from no text", () => {
    expect(cutIntoPages("")).toEqual([""]);
  });
});
