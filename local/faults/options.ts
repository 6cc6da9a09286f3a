/**
 * How often what goes wrong.
 */
import { LocalCloudError } from "../errors.ts";

/** Shares of the requests (or messages) concerned, 0 to 1. */
export interface FaultRates {
  /**
   * Requests that are answered as throttled and change nothing; of a batch, often only a part.
   * @default 0
   */
  throttles?: number;
  /** Requests that are applied, but whose connection breaks in place of an answer. @default 0 */
  lostAnswers?: number;
  /**
   * Messages that are sent and come twice: a copy within ten seconds of the first, even after that
   * has been deleted. (Its message id is another; on AWS it would be the same.)
   * @default 0
   */
  duplicates?: number;
  /**
   * Messages that are received and shown to others within two seconds, although their receiver
   * still has them and hides them.
   * @default 0
   */
  redeliveries?: number;
  /** Short polls that find nothing, whatever is there. @default 0 */
  falseEmpties?: number;
  /** Requests that arrive late, by up to `delayMilliseconds`. @default 0 */
  delays?: number;
  /**
   * Beyond 5,000, a function gives the request up and repeats it, and yet it is applied in the end.
   * @default 500
   */
  delayMilliseconds?: number;
}

export interface FaultOptions extends FaultRates {
  /**
   * Draws which requests are hit: the n-th request meets the same fault again. Processes run side by
   * side, so the n-th request need not be the same in the next run.
   * @default a random one
   */
  seed?: number;
}

export const FAULT_KINDS = [
  "throttles",
  "lostAnswers",
  "duplicates",
  "redeliveries",
  "falseEmpties",
  "delays",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

const DEFAULT_DELAY_MS = 500;

export const NO_FAULTS: Required<FaultRates> = {
  throttles: 0,
  lostAnswers: 0,
  duplicates: 0,
  redeliveries: 0,
  falseEmpties: 0,
  delays: 0,
  delayMilliseconds: DEFAULT_DELAY_MS,
};

/** @throws LocalCloudError that names the rate which is no share */
export function checkRates(rates: FaultRates): void {
  for (const kind of FAULT_KINDS) {
    const rate = rates[kind] ?? 0;
    if (rate >= 0 && rate <= 1) continue;
    throw new LocalCloudError(
      `faults.${kind} is ${rate}; give a share from 0 (never) to 1 (always).`,
    );
  }
  const { delayMilliseconds = DEFAULT_DELAY_MS } = rates;
  if (delayMilliseconds >= 0) return;
  throw new LocalCloudError(`faults.delayMilliseconds is ${delayMilliseconds}; give 0 or more.`);
}
