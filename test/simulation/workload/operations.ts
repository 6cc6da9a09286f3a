/**
 * How often callers do what.
 */
import { aggregate } from "./aggregates.ts";
import { cancelAtTheEnd, cancelSome, moveSome, pauseSome, requeue } from "./changes.ts";
import { foreignLetter, redriveSome } from "./deadLetters.ts";
import { submitLimited } from "./limited.ts";
import { pauseForLong } from "./longPauses.ts";
import { askDoctor, lookAtBands } from "./looking.ts";
import { opened } from "./opened.ts";
import { submitProgram } from "./programs.ts";
import { readSome } from "./reading.ts";
import { submitMany, submitOne } from "./tasks.ts";
import { promise, timer } from "./timed.ts";
import type { Operation } from "./workload.ts";

/** Relative to each other. */
const OPERATIONS: readonly (readonly [share: number, operation: Operation])[] = [
  [40, submitOne],
  [14, submitMany],
  [20, aggregate],
  [7, opened],
  [6, promise],
  [4, timer],
  [3, readSome],
  [7, cancelSome],
  [1, cancelAtTheEnd],
  [5, moveSome],
  [0.5, pauseSome],
  [0.4, requeue],
  [0.5, pauseForLong],
  [0.5, lookAtBands],
  [0.5, askDoctor],
  [0.3, foreignLetter],
  [0.3, redriveSome],
  [1, submitLimited],
];

/** Coroutines are asked for, so that the seeds that stand in tests and documents keep their meaning. */
const WITH_PROGRAMS: typeof OPERATIONS = [...OPERATIONS, [6, submitProgram]];

/** @param dice uniform in [0, 1) */
export type Pick = (dice: number) => Operation;

/**
 * @param coroutines whether callers submit coroutines as well
 * @param often what they do in half of all cases
 */
export function pickFrom(coroutines: boolean, often: readonly Operation[] = []): Pick {
  const operations = coroutines ? WITH_PROGRAMS : OPERATIONS;
  const all = operations.reduce((sum, [share]) => sum + share, 0);
  const pick: Pick = (dice) => {
    let left = dice * all;
    for (const [share, operation] of operations) {
      left -= share;
      if (left < 0) return operation;
    }
    return submitOne;
  };
  if (often.length === 0) return pick;
  return (dice) => {
    const twice = 2 * dice;
    return twice < 1 ? (often[Math.floor(twice * often.length)] as Operation) : pick(twice - 1);
  };
}
