/**
 * Who judges a run: at every write and message, and once the faults have stopped and the work has
 * drained.
 */
import { type FutureRecord, isTerminal } from "../../../core/future.ts";
import type { Received } from "../../../core/ports.ts";
import type { Mapping } from "../mapping.ts";
import type { SimulatedProcess } from "../process.ts";
import type { SimulatedQueues } from "../simulatedQueues.ts";
import type { Known } from "../workload/known.ts";
import { endingsOf, flawsOf } from "./aggregates.ts";
import { IdleJudge } from "./idle.ts";
import { InheritanceJudge } from "./inheritance.ts";
import { MessageJudge, type Watched } from "./messages.ts";
import { type Kind, OrderJudge } from "./order.ts";
import { ProgramJudge } from "./programs.ts";
import { ReportJudge } from "./reports.ts";
import { judgeTask } from "./tasks.ts";
import { judgeTimer } from "./timers.ts";
import { WriteJudge } from "./writes.ts";

export class Judge {
  /** Runs of handlers, by task. */
  private readonly starts = new Map<string, number>();
  /** Events that were published, by future. */
  private readonly published = new Set<string>();
  private readonly writes: WriteJudge;
  private readonly messages: MessageJudge;
  private readonly order: OrderJudge;
  private readonly idle: IdleJudge;
  private readonly reports: ReportJudge;
  private readonly inheritance: InheritanceJudge;
  readonly programs: ProgramJudge;
  private readonly it: Watched;
  private readonly queues: SimulatedQueues;

  constructor(it: Watched, queues: SimulatedQueues, mappings: ReadonlyMap<string, Mapping>) {
    this.it = it;
    this.queues = queues;
    this.writes = new WriteJudge(it.env);
    this.messages = new MessageJudge(it);
    this.order = new OrderJudge(it, queues);
    this.idle = new IdleJudge(it, queues, mappings);
    this.reports = new ReportJudge(it);
    this.programs = new ProgramJudge(it);
    this.inheritance = new InheritanceJudge(it);
    queues.watchers.push(this.messages, this.order, this.idle, {
      sent: (_, { body }) => this.mustNotLook((body as { id?: string }).id ?? "the queues"),
    });
    const { table } = it.store;
    table.onWrite = (after, before) => this.wrote(after, before);
    table.onPauses = (pauses) => it.pauses.changed(pauses);
    table.onRefused = (id, when) => this.messages.refused(id, when);
    table.onReport = (tally, code) => this.reports.reported(tally, code);
  }

  /** A handler begins. */
  started(id: string, attempt: number, process: SimulatedProcess): void {
    this.starts.set(id, (this.starts.get(id) ?? 0) + 1);
    this.it.env.history.note(id, `the handler starts, attempt ${attempt}`, process);
    this.order.started(process);
  }

  serves(process: SimulatedProcess, kind: Kind, permit: Received<unknown>): void {
    this.order.serves(process, kind, permit);
  }

  swept(begun: number): void {
    this.idle.swept(begun);
  }

  notified(id: string): void {
    this.published.add(id);
  }

  /** The judgement at the end. */
  async end(): Promise<void> {
    const { history } = this.it.env;
    if (!this.queues.isDrained()) {
      const left = this.queues.left().join(", ");
      history.violation(6, "the queues", `messages are left for ever: ${left}`);
    }
    for (const known of this.it.known.byId.values()) await this.judgeFuture(known);
    this.programs.end();
  }

  private mustNotLook(id: string): void {
    const { acting, history } = this.it.env;
    if (acting?.looks) history.violation(0, id, `${acting.role} was to look, and has changed it`);
  }

  private wrote(after: FutureRecord, before: FutureRecord | undefined): void {
    this.mustNotLook(after.id);
    this.it.env.history.wrote(after, before, this.it.env.acting);
    this.writes.wrote(after, before);
    if (before && after.attempts > before.attempts) this.messages.claimed(after);
    if (before?.state === "running" && after.state !== "running") this.messages.ended(before);
    this.order.wrote(after, before);
    this.idle.wrote(after, before);
    this.reports.wrote(after);
    this.programs.wrote(after, before);
    this.inheritance.wrote(after, before);
    if (isTerminal(after)) this.it.known.settle(after.id);
  }

  private async judgeFuture(known: Known): Promise<void> {
    const { store, env } = this.it;
    const { history } = env;
    const { id } = known;
    const record = store.table.peek(id);
    if (!record) {
      if (known.accepted) history.violation(1, id, "it was accepted and does not exist");
      return;
    }
    if (known.heldBack) history.violation(8, id, "it was refused, and has left a trace");
    if (!isTerminal(record)) {
      if (this.it.known.late.has(id)) return;
      // Not accepted, but there: a task may lie there for ever. Whoever knows the id of an
      // aggregate must not wait for ever once its members have ended.
      const over = record.policy && (await endingsOf(this.it, record)).every((each) => each);
      if (known.accepted || known.taken || over)
        history.violation(1, id, `it is ${record.state} for ever`);
      return;
    }
    if (record.kind === "task") {
      const runs = {
        claims: this.writes.claims.get(id) ?? 0,
        starts: this.starts.get(id) ?? 0,
        published: this.published.has(id),
      };
      await judgeTask(this.it, known, record, runs);
      if (known.program) await this.programs.judge(known, record, runs);
    }
    judgeTimer(this.it, record);
    if (!record.policy || this.programs.isOfLost(record)) return;
    const flaws = await flawsOf(this.it, record, this.reports);
    for (const flaw of flaws) history.violation(4, id, flaw);
  }
}
