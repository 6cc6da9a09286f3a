import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_RETRY, effectiveRetry, retryDelaySeconds } from "../../core/retry.ts";

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("retry", () => {
  it("full jitter: whole seconds from 0 to the doubled pause, and never above the longest", () => {
    const options = fc.record({
      maxAttempts: fc.integer({ min: 1, max: 100 }),
      baseSeconds: fc.integer({ min: 0, max: 60 }),
      maxSeconds: fc.integer({ min: 0, max: 3600 }),
    });
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 100 }), random, (retry, failed, drawn) => {
        const delay = retryDelaySeconds(retry, failed, drawn);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(retry.maxSeconds);
        expect(delay).toBeLessThanOrEqual(retry.baseSeconds * 2 ** (failed - 1));
      }),
    );
  });

  it("every delay of the range comes about as often as any other", () => {
    const retry = { ...DEFAULT_RETRY, baseSeconds: 4 };
    const draws = Array.from({ length: 1000 }, (_, index) => (index + 0.5) / 1000);
    const delays = draws.map((drawn) => retryDelaySeconds(retry, 1, drawn));
    for (const each of [0, 1, 2, 3, 4]) {
      expect(delays.filter((delay) => delay === each)).toHaveLength(200);
    }
  });

  it("what the caller says goes before the task's own, and that before the defaults", () => {
    expect(effectiveRetry(undefined, undefined)).toEqual(DEFAULT_RETRY);
    const author = { maxAttempts: 5, baseSeconds: 2 };
    expect(effectiveRetry(author, { maxAttempts: 1 })).toEqual({
      maxAttempts: 1,
      baseSeconds: 2,
      maxSeconds: DEFAULT_RETRY.maxSeconds,
    });
  });
});
