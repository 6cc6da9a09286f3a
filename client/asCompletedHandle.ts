/**
 * The handle of asyncio's as_completed.
 */
import type { Future, MemberReport } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { GatherHandle } from "./gatherHandle.ts";
import type { FutureHandle } from "./handle.ts";
import { reportsOf } from "./reports.ts";
import { soonest } from "./soonest.ts";
import { tellTogether } from "./told.ts";

/** Outcomes in the order in which they came. */
export class AsCompletedHandle<T> extends GatherHandle<(T | Error)[], readonly FutureHandle<T>[]> {
  readonly #api: Api;

  constructor(api: Api, id: string, members: readonly FutureHandle<T>[], known?: Future) {
    super(api, id, members, known);
    this.#api = api;
  }

  /**
   * The members, one by one as they settle: await each one's `result()`. They are the very handles
   * that were given, each once. It goes on although the aggregate's own time is over.
   * @throws NotFoundError, ConnectionError, RequestError
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<FutureHandle<T>, void, undefined> {
    const left = new Map<string, FutureHandle<T>>();
    for (const member of this.members) if (!left.has(member.id)) left.set(member.id, member);
    const take = ({ id, state }: MemberReport) => {
      const handle = left.get(id);
      return handle && left.delete(id) ? [{ handle, state }] : [];
    };
    for await (const reports of reportsOf(this.#api, this.id, () => left.size)) {
      const ended = reports.flatMap(take);
      tellTogether(ended);
      for (const { handle } of ended) yield handle;
    }
    yield* soonest([...left.values()]);
  }
}
