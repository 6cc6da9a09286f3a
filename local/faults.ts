/**
 * Faults that AWS says may happen, injected between functions and emulators: to see whether what
 * is built on them bears it.
 */
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Dice } from "./faults/dice.ts";
import { missMessages, sendCopies, showAgain } from "./faults/messages.ts";
import {
  checkRates,
  type FaultKind,
  type FaultOptions,
  type FaultRates,
  NO_FAULTS,
} from "./faults/options.ts";
import { throttle } from "./faults/throttle.ts";
import { BrokenConnection, type Call, chain, type Interceptor } from "./gateway/call.ts";

/** The faults of a running cloud. */
export interface CloudFaults {
  /** What was drawn from, or given. */
  readonly seed: number;
  /** Sets these rates from the next request on; the others stay as they are. */
  set(rates: FaultRates): void;
  /** No more faults; messages that are on their way twice still come. */
  stop(): void;
  /** How often each has happened. */
  counts(): Record<FaultKind, number>;
}

export interface FaultInjection {
  control: CloudFaults;
  interceptor: Interceptor;
  /** Until then nothing goes wrong: a deployment is made in peace. */
  begin(): void;
}

/** @throws LocalCloudError that names a rate which is no share */
export function createFaults({
  seed = randomInt(2 ** 32),
  ...rates
}: FaultOptions): FaultInjection {
  checkRates(rates);
  const dice = new Dice(seed);
  const set = (given: FaultRates) => {
    checkRates(given);
    dice.rates = { ...dice.rates, ...given };
  };
  const ofFunctions = [throttle, loseAnswers, missMessages, sendCopies];
  const pollers = [delay(dice), showAgain(dice)];
  const functions = [delay(dice), ...ofFunctions.map((make) => make(dice)), showAgain(dice)];
  return {
    control: {
      seed,
      set,
      stop: () => set(NO_FAULTS),
      counts: () => ({ ...dice.counts }),
    },
    interceptor(call, next) {
      if (!concerns(call)) return next(call);
      // Lambda's own pollers repeat what fails until it succeeds.
      return chain(call.caller.kind === "mapping" ? pollers : functions, next)(call);
    },
    begin: () => set(rates),
  };
}

/** The operator looks on, and sees what is there. */
function concerns({ service, caller }: Call): boolean {
  return (service === "sqs" || service === "dynamodb") && caller.kind !== "operator";
}

function delay(dice: Dice): Interceptor {
  return async (call, next) => {
    if (dice.hits("delays")) await sleep(dice.next() * dice.rates.delayMilliseconds);
    return next(call);
  };
}

function loseAnswers(dice: Dice): Interceptor {
  return async (call, next) => {
    const lost = dice.hits("lostAnswers");
    const answer = await next(call);
    if (lost) throw new BrokenConnection("The answer is lost (an injected fault).");
    return answer;
  };
}
