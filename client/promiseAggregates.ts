/**
 * The aggregates that JavaScript's Promise has, on top of asyncio's.
 */
import type { FirstOptions } from "./aggregateOptions.ts";
import { AllSettledHandle } from "./allSettledHandle.ts";
import type { Api } from "./api.ts";
import { AsyncioAggregates } from "./asyncioAggregates.ts";
import type { GatherHandle } from "./gatherHandle.ts";
import { gathering, making } from "./making.ts";
import type { Handles, Member, ResultOf, Results } from "./members.ts";
import type { Submission } from "./submission.ts";

/** The part of a `Forerun` that makes aggregates. */
export class PromiseAggregates extends AsyncioAggregates {
  readonly #api: Api;

  constructor(api: Api) {
    super(api);
    this.#api = api;
  }

  /** As `Promise.all`: another name for `gather`. */
  all<const M extends readonly Member[]>(
    members: M,
    options: { id?: string } = {},
  ): Submission<Results<M>, GatherHandle<Results<M>, Handles<M>>> {
    return gathering(this.#api, members, { policy: "gather", returnExceptions: false, ...options });
  }

  /** As `Promise.allSettled`: never fails on its members' account. */
  allSettled<const M extends readonly Member[]>(
    members: M,
    options: { id?: string } = {},
  ): Submission<
    PromiseSettledResult<ResultOf<M[number]>>[],
    AllSettledHandle<ResultOf<M[number]>, Handles<M>>
  > {
    const fields = { policy: "gather", returnExceptions: true, ...options };
    return making(this.#api, members, fields, AllSettledHandle<ResultOf<M[number]>, Handles<M>>);
  }

  /** As `Promise.any`: the first success, or an AggregateError if none can come. */
  any<const M extends readonly Member[]>(
    members: M,
    options: FirstOptions = {},
  ): Submission<ResultOf<M[number]>> {
    return gathering(this.#api, members, { policy: "any", ...options });
  }

  /** As `Promise.race`: the outcome of the first member that settles. */
  race<const M extends readonly Member[]>(
    members: M,
    options: FirstOptions = {},
  ): Submission<ResultOf<M[number]>> {
    return gathering(this.#api, members, { policy: "race", ...options });
  }

  /**
   * The first `count` results that come, in that order; an AggregateError once too few can.
   * @example
   * const quorum = await forerun.some(2, replicas, { cancelRest: true }).result();
   */
  some<const M extends readonly Member[]>(
    count: number,
    members: M,
    options: FirstOptions = {},
  ): Submission<ResultOf<M[number]>[]> {
    return gathering(this.#api, members, { policy: "some", count, ...options });
  }
}
