/**
 * The aggregates that asyncio has.
 */
import type { GatherOptions, TimedOptions, WaitOptions } from "./aggregateOptions.ts";
import type { Api } from "./api.ts";
import { AsCompletedHandle } from "./asCompletedHandle.ts";
import type { GatherHandle } from "./gatherHandle.ts";
import type { OpenGroup } from "./group.ts";
import { gathering, making } from "./making.ts";
import type { Awaitable, Handles, Member, ResultOf, Results, ResultsOrErrors } from "./members.ts";
import {
  type MembersKind,
  type OpenMember,
  type OpenOptions,
  type OpenPolicies,
  openAggregate,
} from "./openAggregate.ts";
import type { Submission } from "./submission.ts";
import { type DoneAndPending, WaitHandle } from "./waitHandle.ts";

/** The part of a `Forerun` that makes asyncio's aggregates. */
export class AsyncioAggregates {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * One future for many, as `asyncio.gather`: its result lists theirs in argument order. The first
   * to fail or be cancelled settles it with that error and leaves the others running, unless
   * `returnExceptions` has errors stand in the list. Cancelling it cancels its members.
   *
   * Members are handles, submissions, ids, or tasks yet to be submitted (`task(…)`); if all are the
   * last, they are born with it and it costs least. Up to 100,000 members: more than 1,000 go out in
   * several requests, and if one is refused those that were submitted with it are cancelled.
   *
   * @throws as `submit`; NotFoundError if a member does not exist
   * @example
   * const [a, b] = await forerun.gather([task(resize, first), task(resize, second)]).result();
   */
  gather<const M extends readonly Member[]>(
    members: M,
    options: GatherOptions & { returnExceptions: true },
  ): Submission<ResultsOrErrors<M>, GatherHandle<ResultsOrErrors<M>, Handles<M>>>;
  gather<const M extends readonly Member[]>(
    members: M,
    options?: GatherOptions & { returnExceptions?: false | undefined },
  ): Submission<Results<M>, GatherHandle<Results<M>, Handles<M>>>;
  gather<M extends readonly Member[]>(
    ...members: M
  ): Submission<Results<M>, GatherHandle<Results<M>, Handles<M>>>;
  gather(...given: unknown[]): Submission<unknown> {
    const [first, options] = Array.isArray(given[0]) ? given : [given];
    const { returnExceptions = false, ...rest } = (options ?? {}) as GatherOptions;
    return gathering(this.#api, first as Member[], { policy: "gather", returnExceptions, ...rest });
  }

  /**
   * A future that settles when some or all of the given have, as `asyncio.wait`. It never fails on
   * their account and cancels none. Its result holds the handles that were given, up to 100,000.
   *
   * @throws NotFoundError if a member does not exist
   * @example
   * const { done, pending } = await forerun.wait(handles, { returnWhen: "FIRST_COMPLETED" }).result();
   */
  wait<const M extends readonly Awaitable[]>(
    members: M,
    options: WaitOptions = {},
  ): Submission<DoneAndPending<ResultOf<M[number]>>, WaitHandle<ResultOf<M[number]>>> {
    type Result = ResultOf<M[number]>;
    const fields = { policy: "wait", ...options };
    return making(this.#api, members, fields, WaitHandle<Result>);
  }

  /**
   * The member's outcome, as `asyncio.wait_for`: when the time is over it cancels the member, waits
   * until that has ended, and fails with a TimeoutError, unless the member declined.
   * @example
   * await forerun.waitFor(task("fetch", { url }), { timeoutSeconds: 30 }).result();
   */
  waitFor<M extends Member>(member: M, options: TimedOptions = {}): Submission<ResultOf<M>> {
    return gathering(this.#api, [member], { policy: "waitFor", ...options });
  }

  /**
   * Outcomes in the order in which they come, as `asyncio.as_completed`: `result()` lists them, and
   * the handle is an async iterable of the members as they settle. Those that settle together are
   * told of, and fetched, together.
   * @example
   * for await (const member of await forerun.asCompleted(handles)) console.log(await member.result());
   */
  asCompleted<const M extends readonly Member[]>(
    members: M,
    options: TimedOptions = {},
  ): Submission<(ResultOf<M[number]> | Error)[], AsCompletedHandle<ResultOf<M[number]>>> {
    type Result = ResultOf<M[number]>;
    const fields = { policy: "asCompleted", ...options };
    return making(this.#api, members, fields, AsCompletedHandle<Result>);
  }

  /**
   * A future with the member's outcome whose cancellation does not reach the member, as
   * `asyncio.shield`.
   */
  shield<M extends Member>(member: M, options: { id?: string } = {}): Submission<ResultOf<M>> {
    return gathering(this.#api, [member], { policy: "shield", ...options });
  }

  /**
   * Tasks that belong together, as `asyncio.TaskGroup`: when one fails the others are cancelled;
   * once all have ended it fails with an ExceptionGroup, whose `errors` are theirs.
   * @example
   * const [user, orders] = await forerun.taskGroup([task("user", id), task("orders", id)]).result();
   */
  taskGroup<const M extends readonly Member[]>(
    members: M,
    options: { id?: string } = {},
  ): Submission<ResultsOrErrors<M>, GatherHandle<ResultsOrErrors<M>, Handles<M>>> {
    return gathering(this.#api, members, { policy: "taskGroup", ...options });
  }

  /**
   * Opens an aggregate whose members come bit by bit: it settles once it is sealed. The policies are
   * `gather`, `wait`, `asCompleted`, `taskGroup`, `any` and `race`, with the options of the methods
   * of those names, up to 100,000 members; `some`, `waitFor` and `shield` cannot be opened.
   *
   * @throws BadRequestError, ConflictError, ConnectionError
   * @example
   * const group = await forerun.open("gather", { returnExceptions: true });
   * for await (const keys of pages) await group.add(keys.map((key) => task(resize, { key })));
   * for await (const result of (await group.seal()).results()) console.log(result);
   * @example
   * const group = await forerun.open("wait", { members: "futures", timeoutSeconds: 60 });
   * await group.add(handles);
   * const { done, pending } = await (await group.seal()).result();
   */
  open<P extends keyof OpenPolicies, K extends MembersKind = "tasks">(
    policy: P,
    options: OpenPolicies[P]["options"] & OpenOptions<K> = {},
  ): Promise<OpenGroup<OpenMember<K>, OpenPolicies[P]["handle"]>> {
    return openAggregate(this.#api, policy, options);
  }
}
