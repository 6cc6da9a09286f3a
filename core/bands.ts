/**
 * Bands: contiguous ranges of priorities, each with an SQS queue of its own.
 */
import { ConfigurationError } from "./errors.ts";

/** A contiguous range of priorities; the range starts where the band before it ends. */
export interface Band {
  /** Short name: letters, digits and hyphens; part of metrics and of the API's answers. */
  name: string;
  /** The highest (least urgent) priority of the band, inclusive; the last band has none. */
  to?: number;
  /**
   * The least share of a slot's dispatches that the band gets while it has work, however busy the
   * bands above it are (promise 9); 0 to 1. Only the `weighted` policy looks at it.
   */
  share: number;
}

/** How a slot orders its probing: `weighted` honours the bands' shares, `strict` does not. */
export type ProbePolicy = "weighted" | "strict";

/** The priority of a task that names none. */
export const DEFAULT_PRIORITY = 5;

/**
 * Priorities are 32-bit integers, so that every client can hold them exactly.
 */
export const MAX_PRIORITY = 2 ** 31 - 1;

/** Shares of 10/5/5 % cannot be told from strict order in normal load, and end starvation. */
export const DEFAULT_BANDS: readonly Band[] = [
  { name: "critical", to: 1, share: 0 },
  { name: "high", to: 4, share: 0.1 },
  { name: "normal", to: 7, share: 0.05 },
  { name: "low", share: 0.05 },
];

/** More bands than this cost more empty probes than their order is worth. */
export const MAX_BANDS = 10;

/** The index of the band that a priority falls into; 0 is the most urgent. */
export function bandOf(priority: number, bands: readonly Band[]): number {
  const index = bands.findIndex((band) => band.to === undefined || priority <= band.to);
  return index === -1 ? bands.length - 1 : index;
}

/**
 * Checks that bands are well formed: 1 to 10, unique names, rising bounds, an open last one, and
 * shares that leave something to the first.
 * @throws ConfigurationError that names the band and what would be right
 */
export function validateBands(bands: readonly Band[]): void {
  if (!Array.isArray(bands) || bands.length < 1 || bands.length > MAX_BANDS) {
    throw new ConfigurationError(`bands: give 1 to ${MAX_BANDS} of them.`);
  }
  const names = new Set<string>();
  let previous = Number.NEGATIVE_INFINITY;
  let shares = 0;
  for (const [index, band] of bands.entries()) {
    const place = `bands[${index}]`;
    if (!/^[a-z][a-z0-9-]{0,19}$/.test(band.name)) {
      throw new ConfigurationError(
        `${place}.name is "${band.name}"; use 1 to 20 lower-case letters, digits and hyphens, a letter first.`,
      );
    }
    if (names.has(band.name)) {
      throw new ConfigurationError(`${place}.name "${band.name}" stands twice; names are unique.`);
    }
    names.add(band.name);
    const last = index === bands.length - 1;
    if (last && band.to !== undefined) {
      throw new ConfigurationError(`${place}.to: leave it out; the last band has no upper bound.`);
    }
    if (!last && (!Number.isInteger(band.to) || (band.to as number) <= previous)) {
      throw new ConfigurationError(
        `${place}.to is ${band.to}; use an integer above the band before it (${previous}).`,
      );
    }
    previous = band.to ?? previous;
    if (!(band.share >= 0 && band.share < 1)) {
      throw new ConfigurationError(
        `${place}.share is ${band.share}; use a number from 0 up to below 1.`,
      );
    }
    shares += band.share;
  }
  if (shares >= 1) {
    throw new ConfigurationError(`bands: the shares add up to ${shares}; keep them below 1.`);
  }
}
