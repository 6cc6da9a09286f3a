/**
 * A round of chaos on a deployment.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Forerun } from "../../client/index.ts";
import { ALWAYS, doDamage } from "./agent.ts";
import { Chronicle } from "./chronicle.ts";
import type { Deployment } from "./deployment.ts";
import { KnownFutures } from "./known.ts";
import { Load } from "./load.ts";
import { type Sample, sample } from "./memory.ts";
import { read } from "./readers.ts";
import { type ChaosOptions, type ChaosReport, listed, sum } from "./report.ts";
import { withTable } from "./table.ts";
import { hasWork, isEmpty, judgeTable, leftoversOf, messagesOf } from "./verdict.ts";

const PROGRESS_MS = 5000;
const FOLLOW_MS = 500;
/** A load that is so much later than planned is cut short: the machine cannot do it. */
const PATIENCE = 1.5;
/** What is visible is taken within this time (milliseconds), however little is waited for the rest. */
const TAKEN_MS = 60_000;
/** Every so many seconds of a drain the table itself is looked at. */
const LOOK_SECONDS = 5;
/** Histories that are kept; one is mostly enough. */
const MAX_TIMELINES = 10;

export class Round {
  readonly #deployment: Deployment;
  readonly #report: ChaosReport;
  readonly #samples: Sample[];
  readonly #options: ChaosOptions;
  readonly #known = new KnownFutures();
  readonly #chronicle: Chronicle;
  readonly #begun = Date.now();
  #peaceful = false;

  constructor(
    deployment: Deployment,
    report: ChaosReport,
    samples: Sample[],
    options: ChaosOptions,
  ) {
    this.#deployment = deployment;
    this.#report = report;
    this.#samples = samples;
    this.#options = options;
    this.#chronicle = new Chronicle(deployment.files, (id) => this.#known.settle(id));
  }

  async run(): Promise<void> {
    const peace = new AbortController();
    const following = this.#follow(peace.signal);
    const reading = read({ ...this.#program(3), signal: this.#until(peace.signal) });
    try {
      await this.#trouble();
      await this.#drain();
    } finally {
      peace.abort();
      await Promise.all([following, reading]);
    }
    if (this.#options.abort.aborted) this.#report.unjudged += this.#known.open.size;
    else await this.#judge();
    this.#conclude();
  }

  /** Load and damage side by side; the damage goes on until the load has ended. */
  async #trouble(): Promise<void> {
    const { minutes, tasks, killEvery, restarts, enough, abort } = this.#options;
    const milliseconds = minutes * 60_000;
    const end = new AbortController();
    const late = AbortSignal.timeout(milliseconds * PATIENCE);
    const load = new Load({
      ...{ ...this.#program(1), tasks, milliseconds, signal: abort },
      effects: this.#deployment.files.effects,
      enough: AbortSignal.any([enough, abort, late, end.signal]),
    });
    await this.#deployment.ask({ do: "faults", rates: ALWAYS });
    const damage = doDamage(
      {
        ...{ deployment: this.#deployment, seed: this.#options.seed + 2, killEvery },
        restartEvery: milliseconds / (restarts + 1),
        restarts,
        signal: this.#until(end.signal),
      },
      this.#report,
    ).finally(() => end.abort()); // if it fails there is no cloud to go on with
    await Promise.all([load.run().finally(() => end.abort()), damage]);
    this.#report.tasks += load.submitted;
    this.#peaceful = true;
    await this.#deployment.ask({ do: "stop faults" });
  }

  async #drain(): Promise<void> {
    const { settleWithin, emptyWithin, abort } = this.#options;
    const { drain } = this.#report;
    const begun = Date.now();
    const seconds = () => (Date.now() - begun) / 1000;
    let look = LOOK_SECONDS;
    while (this.#known.open.size > 0 && seconds() < settleWithin && !abort.aborted) {
      await sleep(FOLLOW_MS / 2);
      this.#chronicle.read();
      if (seconds() < look) continue;
      look += LOOK_SECONDS;
      await this.#look();
    }
    drain.settled = Math.max(drain.settled, seconds());
    const settledAt = Date.now();
    while (!abort.aborted) {
      const status = await this.#deployment.status();
      if (!status) throw new Error("The cloud ended by itself.");
      const left = leftoversOf(status);
      this.#report.leftovers = left;
      if (isEmpty(left)) drain.empty = Math.max(drain.empty ?? 0, seconds());
      if (isEmpty(left)) return;
      const waited = Date.now() - settledAt;
      if (emptyWithin === 0 && !hasWork(left)) return;
      if (waited > Math.max(emptyWithin * 1000, TAKEN_MS)) break;
      await sleep(FOLLOW_MS);
    }
    if (abort.aborted) return;
    const { ready, hidden } = this.#report.leftovers ?? { ready: {}, hidden: {} };
    const left = `visible: ${listed(ready)}; hidden: ${listed(hidden)}`;
    this.#chronicle.violation(6, "the queues", `messages are left for ever (${left})`);
  }

  /** What settled as the cloud was killed may never have been noted, and is written no more. */
  async #look(): Promise<void> {
    await withTable(this.#deployment.ready, async (store) => {
      const records = await store.readMany([...this.#known.open]);
      this.#chronicle.read();
      for (const record of records.values()) this.#chronicle.found(record);
    });
  }

  async #judge(): Promise<void> {
    this.#chronicle.read();
    const { leftovers, kills, faults } = this.#report;
    if (sum(leftovers?.dead ?? {}) > 0) {
      this.#chronicle.violation(1, "the queues", `dead letters: ${listed(leftovers?.dead ?? {})}`);
    }
    const mishaps = sum(kills) + sum(faults);
    const [chronicle, known] = [this.#chronicle, this.#known];
    await withTable(this.#deployment.ready, (store) =>
      judgeTable({ store, chronicle, known, mishaps }),
    );
  }

  #conclude(): void {
    const { history, settled, reads } = this.#chronicle;
    const report = this.#report;
    report.reads += reads;
    for (const { id, accepted } of this.#known.all.values()) {
      if (!accepted) continue;
      report.accepted += 1;
      const state = settled.get(id)?.state ?? "live";
      report.states[state] = (report.states[state] ?? 0) + 1;
    }
    report.violations.push(...history.violations);
    const ids = history.violations.map((each) => each.split(": ")[1] ?? "");
    for (const id of [...new Set(ids)].slice(0, MAX_TIMELINES)) {
      report.timelines[id] = history.timeline(id, this.#begun);
    }
  }

  /** Reads what is written, and tells of it, until all is over. */
  async #follow(signal: AbortSignal): Promise<void> {
    let next = Date.now();
    while (!signal.aborted) {
      this.#chronicle.read();
      if (Date.now() >= next) {
        next += PROGRESS_MS;
        await this.#progress();
      }
      await sleep(FOLLOW_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #progress(): Promise<void> {
    const { begunAt, lives, pid } = this.#deployment;
    const status = await this.#deployment.status();
    if (status) {
      this.#report.faults = status.faults;
      this.#samples.push(sample(pid, status, lives, begunAt));
    }
    const { kills, faults } = this.#report;
    const seconds = Math.round((Date.now() - this.#begun) / 1000);
    const { all, open } = this.#known;
    const done = `${all.size} futures, ${all.size - open.size} settled`;
    const what = this.#peaceful
      ? `draining: ${status ? listed(messagesOf(leftoversOf(status))) : "down"}`
      : `kills: ${listed(kills)} | faults: ${listed(faults)}${status ? "" : " | down"}`;
    this.#options.onProgress(`${String(seconds).padStart(4)} s  ${done} | ${what}`);
  }

  #program(seed: number) {
    return {
      forerun: new Forerun({ endpoint: this.#deployment.ready.endpoint }),
      chronicle: this.#chronicle,
      known: this.#known,
      seed: this.#options.seed + seed,
    };
  }

  #until(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#options.abort]);
  }
}
