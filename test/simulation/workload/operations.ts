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
  [6, submitProgram],
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

const ALL = OPERATIONS.reduce((sum, [share]) => sum + share, 0);

/** @param dice uniform in [0, 1) */
export function pickOperation(dice: number): Operation {
  let left = dice * ALL;
  for (const [share, operation] of OPERATIONS) {
    left -= share;
    if (left < 0) return operation;
  }
  return submitOne;
}
