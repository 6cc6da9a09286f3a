/**
 * What coroutines add to the promises, judged over all runs of each program: replays see what was
 * seen before, in that order; the result of a step is recorded once; what an `await` gives is how
 * the future has ended; a wake leads to a run.
 */
import { type FutureRecord, isCall, isTerminal } from "../../../core/future.ts";
import { awaitedId, heeds } from "../../../core/journal.ts";
import { fetchText, resultOf as textOf } from "../../../core/texts.ts";
import type { SimulatedProcess } from "../process.ts";
import { resultOfProgram } from "../workload/interpreter.ts";
import type { Known } from "../workload/known.ts";
import type { Made, Witness } from "../workload/witness.ts";
import type { Watched } from "./messages.ts";
import type { Runs } from "./tasks.ts";

/** One run of a program, in one process. */
interface Run {
  journal: string;
  lines: { line: string; at: number }[];
}

export class ProgramJudge {
  /** The last run of each program, by process. */
  private readonly runs = new WeakMap<SimulatedProcess, Map<string, Run>>();
  /** Lines after which something was stored, by program and journal: every replay sees them. */
  private readonly seen = new Map<string, string[]>();
  /** What the functions of steps gave, by the step's id. */
  private readonly steps = new Map<string, string[]>();
  /** What awaits gave. */
  private readonly given: { program: string; id: string; what: string }[] = [];
  private count = 0;
  private readonly it: Watched;

  constructor(it: Watched) {
    this.it = it;
  }

  /** A run of the program begins in that process. */
  begins(id: string, process: SimulatedProcess): Witness {
    const { env, known, store } = this.it;
    const run: Run = { journal: journalOf(store.table.peek(id)), lines: [] };
    const runs = this.runs.get(process) ?? new Map<string, Run>();
    this.runs.set(process, runs);
    runs.set(id, run);
    return {
      made: (future) => this.made(id, future),
      stepRuns: (step, atMostOnce) => this.stepRuns(step, atMostOnce),
      given: (future, what) => {
        this.given.push({ program: id, id: future, what });
        known.putUnder(future, id);
      },
      saw: (line) => {
        run.lines.push({ line, at: env.world.now });
        env.history.note(id, `sees ${line}`, process);
      },
      flaw: (future, what) => env.history.violation("replay", future, what),
    };
  }

  wrote(after: FutureRecord, before: FutureRecord | undefined): void {
    // What stands in the journal, or in what ends a run, follows from what was seen before it.
    if (!before && isCall(after)) this.called(after);
    if (before?.state === "running" && after.state !== "running") this.stored(after.id);
    if (before?.state === "suspended" && after.state === "pending") this.woken(after);
    this.acceptCalls(after, before);
  }

  async judge(known: Known, record: FutureRecord, { claims, starts }: Runs): Promise<void> {
    const { env, store, objects, known: all } = this.it;
    const { history, faults } = env;
    const { id, state, error, turn } = record;
    const mishaps = faults.of(
      ...(["death", "kill", "failed call", "throttled call"] as const),
      ...(["lost answer", "half a batch", "pause"] as const),
    );
    if (state === "succeeded") {
      const text = await fetchText({ store, objects }, id, textOf(record)).catch(String);
      const lines = this.seen.get(`${id} ${journalOf(record)}`) ?? [];
      if (text !== JSON.stringify(resultOfProgram(id, lines))) {
        history.violation("replay", id, `its result is ${text}`);
      }
    }
    const throws = JSON.stringify(known.program).includes('"throw"');
    const whys: Record<string, boolean> = {
      PlannedError: throws,
      DeadlockError: known.inCircle === true,
      WorkerLostError: mishaps > 0,
      TimeoutError: mishaps > 0,
    };
    if (state === "failed" && !whys[error?.name ?? ""]) {
      history.violation("replay", id, `it failed with ${error?.name}: ${error?.message}`);
    }
    if (state === "cancelled" && !this.mayEndCancelled(id)) {
      history.violation(2, id, "it was cancelled and nobody asked for it");
    }
    if (claims - (turn + 1) > mishaps) {
      history.violation("wakes", id, `${claims} claims in ${turn + 1} turns, ${mishaps} mishaps`);
    }
    if (claims - starts > mishaps) {
      history.violation(7, id, `${claims} claims, ${starts} runs, ${mishaps} mishaps`);
    }
    // What runs on its account runs on, whatever became of it.
    for (const each of all.byId.values()) {
      const child = each.id.startsWith(`${id}.`) ? store.table.peek(each.id) : undefined;
      if (child && !isTerminal(child) && !all.late.has(each.id)) {
        history.violation(1, child.id, `it is ${child.state} for ever below a ${state} program`);
      }
    }
  }

  /** Whether it was made by a program that was given up, whose members may have come late or never. */
  isOfLost(call: FutureRecord): boolean {
    const program = call.id.slice(0, call.id.lastIndexOf("."));
    return isCall(call) && this.it.store.table.peek(program)?.strays === true;
  }

  /** The judgement of what all programs were given. */
  end(): void {
    const { env, store, known } = this.it;
    for (const { program, id, what } of this.given) {
      const record = store.table.peek(id);
      const how =
        record?.state === "succeeded" ? "value" : (record?.error?.name ?? "CancelledError");
      // That it was cancelled itself is given at an await as well.
      if (what === "CancelledError" && known.mayBeCancelled(program)) continue;
      if (!record || !isTerminal(record) || how !== what) {
        env.history.violation("replay", program, `of ${id} (${how}) it was given ${what}`);
      }
    }
    for (const [id, tokens] of this.steps) {
      const record = store.table.peek(id);
      // A run that was lost may have run a step where a later one called something else.
      if (record?.kind !== "step" || record.state !== "succeeded") continue;
      if (record.result === undefined) continue;
      if (!tokens.includes(JSON.parse(record.result) as string)) {
        env.history.violation("steps", id, `nothing of it gave ${record.result}`);
      }
    }
  }

  private made(program: string, { priority, mayCancel, ...future }: Made): void {
    const { known, store } = this.it;
    known.putUnder(future.id, program);
    const before = known.byId.get(future.id);
    // What a run that was lost was about to call, and never stored, is another call.
    if (!before || !store.table.peek(future.id)) {
      known.learn({ ...future, priorities: priority === undefined ? [] : [priority] });
    }
    if (before?.cancelRequested) known.requestCancel(future.id);
    if (mayCancel) known.requestCancel(future.id);
  }

  private stepRuns(id: string, atMostOnce: boolean): string {
    const { env } = this.it;
    const tokens = this.steps.get(id) ?? [];
    this.steps.set(id, tokens);
    this.count += 1;
    tokens.push(`run ${this.count}`);
    env.history.note(id, `its function runs: run ${this.count}`);
    const mishaps = env.faults.of("death", "kill", "failed call", "lost answer", "pause");
    if (tokens.length > 1 && (atMostOnce || mishaps === 0)) {
      env.history.violation("steps", id, `its function ran ${tokens.length} times`);
    }
    return `run ${this.count}`;
  }

  private called(call: FutureRecord): void {
    const { known, store } = this.it;
    const dot = call.id.lastIndexOf(".");
    const program = call.id.slice(0, dot);
    const caller = store.table.peek(program);
    const [journal, number] = call.id.slice(dot + 1).split("-");
    const ended =
      caller &&
      (isTerminal(caller) || (number === undefined ? "0" : journal) !== journalOf(caller));
    // What is stored now belongs to no journal, so no replay sees what came before it.
    if (ended) known.late.add(call.id);
    else this.stored(program, call.kind === "step");
  }

  /**
   * Something was stored by a run of that program, if it was one.
   * @param isStep whether the code went on meanwhile: what it saw at that very time may have no part in it
   */
  private stored(program: string, isStep = false): void {
    const { acting, calledAt, history } = this.it.env;
    const run = acting && this.runs.get(acting)?.get(program);
    if (!run) return;
    const key = `${program} ${run.journal}`;
    const seen = this.seen.get(key) ?? [];
    this.seen.set(key, seen);
    for (const [index, { line, at }] of run.lines.entries()) {
      // What came after the call was made has no part in it.
      if (isStep ? at >= calledAt : at > calledAt) break;
      seen[index] ??= line;
      if (seen[index] === line) continue;
      history.violation("replay", program, `it saw "${line}", and before "${seen[index]}"`);
      return;
    }
  }

  private woken(task: FutureRecord): void {
    const { store, env } = this.it;
    const key = task.wokenBy ?? "";
    const by = store.table.peek(awaitedId(task.id, key));
    if (task.cancel || (by && isTerminal(by) && heeds(key, by.state))) return;
    env.history.violation("wakes", task.id, `it was woken by ${by?.id ?? key}, which is not done`);
  }

  /** What it has called by the time that it waits or has ended is on its way (promise 1). */
  private acceptCalls(after: FutureRecord, before: FutureRecord | undefined): void {
    if (after.kind !== "task" || after.calls === undefined || after.calls === before?.calls) return;
    const { known, store } = this.it;
    const journal = after.journal ? `${after.journal}-` : "";
    for (let call = before?.calls ?? 0; call < after.calls; call += 1) {
      const child = known.byId.get(`${after.id}.${journal}${call}`);
      if (child && store.table.peek(child.id)) known.accept(child);
    }
  }

  /** It, or something that it awaited and whose cancellation it let through. */
  private mayEndCancelled(id: string): boolean {
    const { known } = this.it;
    if (known.mayBeCancelled(id)) return true;
    return this.given.some((each) => each.program === id && each.what === "CancelledError");
  }
}

function journalOf(record: FutureRecord | undefined): string {
  return String(record?.journal ?? 0);
}
