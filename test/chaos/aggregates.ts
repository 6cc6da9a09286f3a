/**
 * Aggregates over futures that exist, of any policy.
 */
import type { Forerun, FutureHandle } from "../../client/index.ts";
import type { ReturnWhen } from "../../core/policies.ts";
import type { Random } from "../simulation/random.ts";

export interface DrawnAggregate {
  kind:
    | "gather"
    | "wait"
    | "waitFor"
    | "shield"
    | "asCompleted"
    | "taskGroup"
    | "any"
    | "race"
    | "some";
  /** Whether it may cancel its members although nobody asks it to. */
  cancels: boolean;
  make(members: readonly FutureHandle[], id: string): PromiseLike<unknown>;
}

const RETURN_WHEN: readonly ReturnWhen[] = ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"];

/** What it is once drawn, it is in every repeat. */
export function drawAggregate(forerun: Forerun, random: Random): DrawnAggregate {
  const timed = random.chance(0.4) ? { timeoutSeconds: random.whole(1, 10) } : {};
  const cancelRest = random.chance(0.5);
  const returnExceptions = random.chance(0.5);
  const returnWhen = random.pick(RETURN_WHEN);
  const drawn: readonly DrawnAggregate[] = [
    {
      ...{ kind: "gather", cancels: false },
      make: (members, id) =>
        returnExceptions
          ? forerun.gather(members, { id, returnExceptions: true })
          : forerun.gather(members, { id }),
    },
    {
      ...{ kind: "wait", cancels: false },
      make: (members, id) => forerun.wait(members, { id, returnWhen, ...timed }),
    },
    {
      ...{ kind: "waitFor", cancels: true },
      make: (members, id) => forerun.waitFor(members[0] as FutureHandle, { id, ...timed }),
    },
    {
      ...{ kind: "shield", cancels: false },
      make: (members, id) => forerun.shield(members[0] as FutureHandle, { id }),
    },
    {
      ...{ kind: "asCompleted", cancels: false },
      make: (members, id) => forerun.asCompleted(members, { id, ...timed }),
    },
    {
      ...{ kind: "taskGroup", cancels: true },
      make: (members, id) => forerun.taskGroup(members, { id }),
    },
    {
      ...{ kind: "any", cancels: cancelRest },
      make: (members, id) => forerun.any(members, { id, cancelRest }),
    },
    {
      ...{ kind: "race", cancels: cancelRest },
      make: (members, id) => forerun.race(members, { id, cancelRest }),
    },
    {
      ...{ kind: "some", cancels: cancelRest },
      make: (members, id) =>
        forerun.some(Math.ceil(members.length / 2), members, { id, cancelRest }),
    },
  ];
  return random.pick(drawn);
}
