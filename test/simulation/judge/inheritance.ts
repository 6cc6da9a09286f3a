/**
 * What an urgent coroutine awaits is as urgent: judged when a task begins that a suspended program
 * waits for, and at each change of a priority.
 */
import { type FutureRecord, isTerminal } from "../../../core/future.ts";
import { awaitedIds } from "../../../core/journal.ts";
import type { Watched } from "./messages.ts";

/** Whoever suspended a program may die, and its messages come back after two minutes at the most. */
const PASSED_ON_MS = 5 * 60_000;

export class InheritanceJudge {
  /** Suspended programs that lend, and since when (virtual milliseconds). */
  private readonly suspended = new Map<string, number>();
  private readonly it: Watched;

  constructor(it: Watched) {
    this.it = it;
  }

  wrote(after: FutureRecord, before: FutureRecord | undefined): void {
    const { env, known } = this.it;
    if (after.state !== "suspended") this.suspended.delete(after.id);
    else if (before?.state !== "suspended" && after.lends !== false) {
      this.suspended.set(after.id, env.world.now);
    }
    if (!before || after.kind !== "task") return;
    const { priority: now } = after;
    if (
      now !== before.priority &&
      now !== undefined &&
      !known.prioritiesOf(after.id).includes(now)
    ) {
      env.history.violation("inheritance", after.id, `its priority became ${now}`);
    }
    if (before.state === "pending" && after.state === "running") this.begun(after);
  }

  private begun(task: FutureRecord): void {
    const { env, known } = this.it;
    const { now } = env.world;
    const { stoppedAt } = env.faults;
    if (stoppedAt === undefined || now < stoppedAt + PASSED_ON_MS) return;
    for (const [id, since] of this.suspended) {
      const waiting = this.it.store.table.peek(id);
      if (!waiting || now < since + PASSED_ON_MS || !this.dependsOn(waiting, task)) continue;
      // Whoever moved it meant it.
      if (known.moved.length > 0 || known.byId.get(task.id)?.moved) continue;
      if ((task.priority ?? 0) > (waiting.priority ?? 0)) {
        const what = `it began with priority ${task.priority}; ${id} (${waiting.priority}) waits`;
        env.history.violation("inheritance", task.id, what);
      }
    }
  }

  /**
   * Whether it waits for the task, be it through aggregates and other programs that lend; for so long
   * that its priority must have been passed on.
   */
  private dependsOn(waiting: FutureRecord, task: FutureRecord): boolean {
    const { store, known, env } = this.it;
    const before = env.world.now - PASSED_ON_MS;
    if (task.createdAt > before) return false;
    const reached = new Set(awaitedIds(waiting));
    for (const id of reached) {
      if (id === task.id) return true;
      const record = store.table.peek(id);
      if (!record || isTerminal(record)) continue;
      for (const each of known.byId.get(id)?.members ?? []) reached.add(each);
      if (record.createdAt > before || (this.suspended.get(id) ?? Infinity) > before) continue;
      for (const each of awaitedIds(record)) reached.add(each);
    }
    return false;
  }
}
