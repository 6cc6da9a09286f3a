/**
 * What handlers noted of their runs, and what that proves.
 */
import type { FutureRecord } from "../../core/future.ts";
import type { History } from "./judge/history.ts";

/** One line of the file. */
export interface Effect {
  id: string;
  /** Made by this run of the handler; its result carries it. */
  run: string;
  attempt: number;
  what: "start" | "end";
  /** Milliseconds since the epoch. */
  at: number;
  pid: number;
}

/** Runs by the task's id. */
export class Effects {
  readonly #runs = new Map<string, Effect[]>();
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  note(effect: Effect): void {
    const { id, attempt, what, run, pid } = effect;
    const earlier = this.#runs.get(id) ?? [];
    if (what === "start") {
      if (earlier.some((each) => each.what === "start" && each.attempt === attempt)) {
        this.#history.violation(3, id, `attempt ${attempt} ran twice`);
      }
      this.#history.started(id, attempt);
    }
    this.#history.note(id, `run ${run.slice(0, 8)} (process ${pid}): ${what}`);
    this.#runs.set(id, [...earlier, effect]);
  }

  /** Whether a stored result was returned by the attempt that the table says settled it. */
  isResult(text: string | undefined, record: FutureRecord): boolean {
    const result = JSON.parse(text ?? "null") as { of?: string; run?: string } | null;
    return (this.#runs.get(record.id) ?? []).some(
      ({ what, run, attempt }) =>
        what === "end" &&
        run === result?.run &&
        result.of === record.id &&
        attempt === record.attempts,
    );
  }
}
