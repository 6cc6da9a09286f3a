/**
 * Futures in memory, for the SDK's tests: `echo` and `fail` settle at once, every other task when
 * the test says so.
 */
import type { ErrorRecord } from "../../core/future.ts";
import type { Future } from "../../core/wire.ts";

export type Outcome = { result: unknown } | { error: ErrorRecord };

/** A refusal with its status. */
export class Refused extends Error {
  readonly status: number;
  readonly field: string;
  constructor(status: number, field: string, message: string) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

interface Aggregate {
  future: Future;
  of: string[];
  returnWhen: string;
  returnExceptions: boolean;
}

export class FakeFutures {
  readonly #futures = new Map<string, Future>();
  readonly #requests = new Map<string, string>();
  readonly #aggregates: Aggregate[] = [];
  readonly #listeners = new Set<() => void>();

  get size(): number {
    return this.#futures.size;
  }

  get(id: string): Future {
    const future = this.#futures.get(id);
    if (!future) throw new Refused(404, "id", `No such future: ${id}.`);
    return future;
  }

  /** Makes the future, or gives the one that the same request made before. */
  add(kind: Future["kind"], request: Record<string, unknown>): Future {
    const id = String(request.id);
    const text = JSON.stringify(request);
    const before = this.#requests.get(id);
    if (before !== undefined && before !== text) throw new Refused(409, "id", `${id} is taken.`);
    if (before !== undefined) return this.get(id);
    this.#requests.set(id, text);
    const now = new Date().toISOString();
    const future: Future = { id, kind, state: "pending", attempts: 0, createdAt: now };
    this.#futures.set(id, future);
    if (kind === "task") this.#startTask(future, request);
    if (kind === "gather" || kind === "wait") this.#aggregate(future, request);
    return future;
  }

  settle(id: string, outcome: Outcome, state?: Future["state"]): void {
    const future = this.get(id);
    const settledAt = new Date().toISOString();
    if ("result" in outcome) Object.assign(future, { state: "succeeded", settledAt, ...outcome });
    else Object.assign(future, { state: state ?? "failed", settledAt, ...outcome });
    for (const aggregate of this.#aggregates) this.#decide(aggregate);
    for (const listener of this.#listeners) listener();
  }

  cancel(id: string): boolean {
    if (isDone(this.get(id))) return false;
    this.settle(id, { error: { name: "CancelledError", message: "cancelled" } }, "cancelled");
    return true;
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

  #aggregate(future: Future, request: Record<string, unknown>): void {
    const of = request.of as string[];
    for (const id of of) this.get(id);
    const aggregate: Aggregate = {
      future,
      of,
      returnWhen: String(request.returnWhen ?? "ALL_COMPLETED"),
      returnExceptions: request.returnExceptions === true,
    };
    this.#aggregates.push(aggregate);
    this.#decide(aggregate);
  }

  #decide({ future, of, returnWhen, returnExceptions }: Aggregate): void {
    if (isDone(future)) return;
    const members = of.map((id) => this.get(id));
    const done = members.filter(isDone);
    const failed = members.find((member) => member.error);
    const complete = done.length === members.length;
    if (future.kind === "wait") {
      if (!complete && (returnWhen === "ALL_COMPLETED" || done.length === 0)) return;
      const ids = (list: Future[]) => list.map((member) => member.id);
      const pending = members.filter((member) => !isDone(member));
      this.settle(future.id, { result: { done: ids(done), pending: ids(pending) } });
    } else if (failed?.error && !returnExceptions) {
      this.settle(future.id, { error: failed.error });
    } else if (complete) {
      const exceptions = [...members.keys()].filter((index) => members[index]?.error);
      if (returnExceptions) Object.assign(future, { exceptions });
      const result = members.map(({ error, result }) => (error ? { error } : result));
      this.settle(future.id, { result });
    }
  }
}

export function isDone(future: Future): boolean {
  return ["succeeded", "failed", "cancelled"].includes(future.state);
}
