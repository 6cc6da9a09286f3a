/**
 * Aggregates in memory, for the SDK's tests: their members, what they have heard of them, and what
 * they settle with.
 */
import type { Future, MemberReport, ReportsPage, ResultItem, WaitItem } from "../../core/wire.ts";
import { Refused } from "./refused.ts";

/** Ids of a page count from a multiple of this. */
const PAGE_UNIT = 250;
const SETS = ["wait", "asCompleted"];

export type Decision = { error: Future["error"] } | "succeeded" | undefined;

export class FakeAggregate {
  readonly future: Future;
  readonly takes: "tasks" | "of";
  readonly of: string[] = [];
  readonly #request: Record<string, unknown>;
  readonly #pages = new Map<number, string>();
  readonly #reports: MemberReport[] = [];
  /** The first member that did not succeed. */
  #bad: string | undefined;
  #items: (ResultItem | WaitItem)[] | undefined;
  sealed = false;

  constructor(future: Future, request: Record<string, unknown>) {
    this.future = future;
    this.#request = request;
    this.takes = request.members === "futures" ? "of" : "tasks";
    const of = (request.of ?? []) as string[];
    this.of = SETS.includes(future.kind) ? [...new Set(of)] : of;
    if (request.of) this.seal(this.of.length);
  }

  /** @returns whether these members are new to it */
  addPage(start: number, texts: string, ids: readonly string[]): boolean {
    const before = this.#pages.get(start);
    if (before === texts) return false;
    if (this.sealed) throw new Refused(409, "id", "It is sealed.");
    if (this.future.state !== "pending") throw new Refused(409, "id", "It has settled.");
    if (ids.some((_, index) => this.of[start + index] !== undefined)) {
      throw new Refused(409, "start", "Other members were added there.");
    }
    if (this.takes === "of" && start % PAGE_UNIT > 0) {
      throw new Refused(400, "start", "use a multiple of 250");
    }
    this.#pages.set(start, texts);
    for (const [index, id] of ids.entries()) this.of[start + index] = id;
    return true;
  }

  seal(size: number): void {
    if (this.sealed && this.future.size !== size) throw new Refused(409, "size", "It has another.");
    const missing = [...this.of.keys()].find((number) => !(number in this.of));
    if (missing !== undefined || this.of.length !== size) {
      throw new Refused(409, "size", `Members are missing, such as ${missing ?? this.of.length}.`);
    }
    for (const [start, texts] of this.#pages) {
      const { length } = JSON.parse(texts) as unknown[];
      if (this.takes === "of" && start + length < size && length % PAGE_UNIT > 0) {
        throw new Refused(409, "size", `The page of ${start} is too short.`);
      }
    }
    this.sealed = true;
    this.future.size = size;
  }

  report(member: number, { id, state }: Future): void {
    if (this.future.state !== "pending") return;
    this.#reports.push({ id, member, state });
    if (state !== "succeeded") this.#bad ??= id;
  }

  /** What its policy says of the reports so far. */
  decide(get: (id: string) => Future): Decision {
    if (!this.sealed || this.future.state !== "pending") return undefined;
    const complete = this.#reports.length === this.of.length;
    const { returnExceptions, returnWhen = "ALL_COMPLETED", count = 0 } = this.#request;
    if (this.future.kind === "some" && this.#reports.length >= Number(count)) return "succeeded";
    if (this.future.kind === "gather" && this.#bad !== undefined && !returnExceptions) {
      return { error: get(this.#bad).error };
    }
    if (this.future.kind === "wait" && returnWhen !== "ALL_COMPLETED" && this.#reports.length > 0) {
      return "succeeded";
    }
    return complete ? "succeeded" : undefined;
  }

  /** Its list, once it has succeeded. */
  items(get: (id: string) => Future): (ResultItem | WaitItem)[] {
    this.#items ??= this.#list(get);
    return this.#items;
  }

  #list(get: (id: string) => Future): (ResultItem | WaitItem)[] {
    if (this.future.kind === "wait") {
      const done = new Set(this.#reports.map((each) => each.member));
      return this.of.map((id, member) => ({ id, done: done.has(member) }));
    }
    const inOrder = this.future.kind === "asCompleted" || this.future.kind === "some";
    const most = this.future.kind === "some" ? Number(this.#request.count) : undefined;
    const ids = inOrder ? this.#reports.slice(0, most).map((each) => each.id) : this.of;
    return ids.map((id) => {
      const { state, result, error, paged } = get(id);
      if (paged) return { id, state, paged };
      return error ? { id, state, error } : { id, state, result };
    });
  }

  /** Whether it has heard of more than it had told at the cursor. */
  hasNews(cursor: number): boolean {
    return this.#reports.length > cursor || this.future.state !== "pending";
  }

  reportsAfter(cursor: number, limit: number): ReportsPage {
    const reports = this.#reports.slice(cursor, cursor + limit);
    return {
      reports,
      cursor: String(cursor + reports.length),
      complete: this.sealed && this.#reports.length === this.of.length,
      settled: this.future.state !== "pending",
    };
  }
}

/** A list in one answer: what a future holds that is not paged. */
export function unpaged(kind: Future["kind"], items: (ResultItem | WaitItem)[]): Partial<Future> {
  if (kind === "wait") {
    const all = items as WaitItem[];
    const ids = (list: WaitItem[]) => list.map((each) => each.id);
    const pending = ids(all.filter((each) => !each.done));
    return { result: { done: ids(all.filter((each) => each.done)), pending } };
  }
  const all = items as ResultItem[];
  const exceptions = [...all.keys()].filter((index) => all[index]?.error);
  const result = all.map(({ error, result = null }) => (error ? { error } : result));
  return exceptions.length > 0 ? { result, exceptions } : { result };
}
