/**
 * From members to a submission of their aggregate.
 */
import type { Future } from "../core/wire.ts";
import type { AggregateFields } from "./aggregateOptions.ts";
import { makeAggregate } from "./aggregates.ts";
import type { Api } from "./api.ts";
import { GatherHandle } from "./gatherHandle.ts";
import type { FutureHandle } from "./handle.ts";
import type { Member } from "./members.ts";
import { type Submission, submission } from "./submission.ts";

/** The class of an aggregate's handles; M are its members' handles. */
export type HandleClass<H, M = FutureHandle[]> = new (
  api: Api,
  id: string,
  members: M,
  known?: Future,
) => H;

/** The types of members and result are the caller's. */
export function making<T, H extends FutureHandle<T>, M>(
  api: Api,
  given: readonly Member[],
  fields: AggregateFields,
  Handle: HandleClass<H, M>,
): Submission<T, H> {
  const made = makeAggregate(api, given, fields);
  return submission(made.then((it) => new Handle(api, it.id, it.members as M, it.known)));
}

/** An aggregate whose handle has its members. */
export function gathering<T, H>(
  api: Api,
  given: readonly Member[],
  fields: AggregateFields,
): Submission<T, GatherHandle<T, H>> {
  return making(api, given, fields, GatherHandle<T, H>);
}
