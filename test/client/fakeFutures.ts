/**
 * Futures in memory, for the SDK's tests: `echo` and `fail` settle at once, every other task when
 * the test says so.
 */
import type { ErrorRecord } from "../../core/future.ts";
import type { Future, ReportsPage, ResultsPage } from "../../core/wire.ts";
import { FakeAggregate, unpaged } from "./fakeAggregates.ts";
import { Refused } from "./refused.ts";

export type Outcome = { result: unknown } | { error: ErrorRecord };

const SINGLE = ["task", "timer", "promise"];

export class FakeFutures {
  /** More members than these make an aggregate paged. */
  pagedOver = 1000;
  /** Results and reports that one page holds at most. */
  pageItems = 1000;
  readonly #futures = new Map<string, Future>();
  readonly #requests = new Map<string, string>();
  readonly #aggregates = new Map<string, FakeAggregate>();
  readonly #watchers = new Map<string, { aggregate: FakeAggregate; member: number }[]>();
  readonly #listeners = new Set<() => void>();

  get size(): number {
    return this.#futures.size;
  }

  get = (id: string, field = "id"): Future => {
    const future = this.#futures.get(id);
    if (!future) throw new Refused(404, field, `No such future: ${id}.`);
    return future;
  };

  aggregate(id: string): FakeAggregate {
    const aggregate = this.#aggregates.get(id);
    if (!aggregate) throw new Refused(404, "id", `No such aggregate: ${id}.`);
    return aggregate;
  }

  /** Makes the future, or gives the one that the same request made before. */
  add(kind: Future["kind"], request: Record<string, unknown>): Future {
    const id = String(request.id);
    const text = JSON.stringify(request);
    const before = this.#requests.get(id);
    if (before !== undefined && before !== text) throw new Refused(409, "id", `${id} is taken.`);
    if (before !== undefined) return this.get(id);
    for (const [index, id] of ((request.of ?? []) as string[]).entries()) {
      this.get(id, `of[${index}]`);
    }
    this.#requests.set(id, text);
    const now = new Date().toISOString();
    const future: Future = { id, kind, state: "pending", attempts: 0, createdAt: now };
    this.#futures.set(id, future);
    if (kind === "task") this.#startTask(future, request);
    else if (!SINGLE.includes(kind)) this.#startAggregate(future, request);
    return future;
  }

  settle(id: string, outcome: Outcome | Partial<Future>, state?: Future["state"]): void {
    const future = this.get(id);
    const settledAt = new Date().toISOString();
    const ending = "error" in outcome ? (state ?? "failed") : "succeeded";
    Object.assign(future, { state: ending, settledAt, ...outcome });
    for (const { aggregate, member } of this.#watchers.get(id) ?? []) {
      aggregate.report(member, future);
      this.#decide(aggregate);
    }
    this.#watchers.delete(id);
    for (const listener of this.#listeners) listener();
  }

  /** An open aggregate takes its members along. */
  cancel(id: string): boolean {
    if (isDone(this.get(id))) return false;
    this.settle(id, { error: { name: "CancelledError", message: "cancelled" } }, "cancelled");
    const aggregate = this.#aggregates.get(id);
    if (aggregate && !aggregate.sealed) for (const member of aggregate.of) this.cancel(member);
    return true;
  }

  addMembers(id: string, body: { start: number; tasks?: object[]; of?: string[] }) {
    const aggregate = this.aggregate(id);
    const { start } = body;
    const list = body[aggregate.takes];
    if (!list) throw new Refused(400, aggregate.takes, "is missing");
    const { tasks, of = list.map((_, index) => `${id}.${start + index}`) } = body;
    if (!tasks) for (const [index, member] of of.entries()) this.get(member, `of[${index}]`);
    if (aggregate.addPage(start, JSON.stringify(list), of)) {
      for (const [i, task] of (tasks ?? []).entries()) this.add("task", { ...task, id: of[i] });
      this.#watch(aggregate, of, start);
    }
    return { added: of.length };
  }

  seal(id: string, size: number): Future {
    const aggregate = this.aggregate(id);
    aggregate.seal(size);
    this.#decide(aggregate);
    return aggregate.future;
  }

  results(id: string, from: number, limit: number): ResultsPage<unknown> {
    const items = this.aggregate(id).items(this.get);
    const end = from + Math.min(limit, this.pageItems);
    const results = items.slice(from, end);
    return end < items.length ? { from, results, next: end } : { from, results };
  }

  reports(id: string, cursor: number): ReportsPage {
    return this.aggregate(id).reportsAfter(cursor, this.pageItems);
  }

  /** Calls back after each settling; returns what ends that. */
  onSettled(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #startTask(future: Future, { task, input, priority = 5 }: Record<string, unknown>): void {
    Object.assign(future, { task, priority, band: "normal" });
    if (task === "echo") this.settle(future.id, { result: (input as { value: unknown }).value });
    if (task === "fail") this.settle(future.id, { error: input as ErrorRecord });
  }

  #startAggregate(future: Future, request: Record<string, unknown>): void {
    const aggregate = new FakeAggregate(future, request);
    this.#aggregates.set(future.id, aggregate);
    this.#watch(aggregate, aggregate.of, 0);
  }

  #watch(aggregate: FakeAggregate, ids: readonly string[], start: number): void {
    for (const [index, id] of ids.entries()) {
      const future = this.get(id);
      const watcher = { aggregate, member: start + index };
      if (isDone(future)) aggregate.report(watcher.member, future);
      else this.#watchers.set(id, [...(this.#watchers.get(id) ?? []), watcher]);
    }
    this.#decide(aggregate);
  }

  #decide(aggregate: FakeAggregate): void {
    const decision = aggregate.decide(this.get);
    if (!decision) return;
    const { id, kind } = aggregate.future;
    if (decision !== "succeeded") this.settle(id, { error: decision.error as ErrorRecord });
    else {
      const items = aggregate.items(this.get);
      const isPaged = items.length > this.pagedOver || items.some((it) => "paged" in it);
      this.settle(id, isPaged ? { paged: true } : unpaged(kind, items));
    }
  }
}

export function isDone(future: Future): boolean {
  return ["succeeded", "failed", "cancelled"].includes(future.state);
}
