/**
 * Plays scenarios on the embedded cloud, many at once, and compares each with asyncio.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Forerun } from "../../client/index.ts";
import { synthesize } from "../../infra/synthesize.ts";
import { startCloud } from "../../local/index.ts";
import { compare, type Difference } from "./compare.ts";
import { playCoroutines } from "./coroutines/play.ts";
import { hasCoroutines } from "./coroutines/scenario.ts";
import { lateOf } from "./lateness.ts";
import { Pace } from "./pace.ts";
import { play } from "./play.ts";
import { Room } from "./room.ts";
import type { AnyScenario } from "./scenario.ts";
import { TICKS_PER_COROUTINE_TICK } from "./settings.ts";
import { wake } from "./wake.ts";

const TASKS = fileURLToPath(new URL("./tasks.ts", import.meta.url));

export interface JudgeOptions {
  /**
   * Milliseconds of a tick: what happens on different ticks must stay in order. Those of scenarios
   * with coroutines are longer.
   */
  tick: number;
  /** Tasks that run at the same time, of all scenarios together. */
  slots: number;
  /** Is told when all processes run. */
  onReady?: () => void;
  /** Is told of each scenario once it is decided. */
  onVerdict?: (verdict: Verdict) => void;
  /** Is told of each play that differed on a machine that was late, and will be repeated. */
  onReplay?: (verdict: Verdict) => void;
}

export interface Verdict {
  id: string;
  differences: readonly Difference[];
  /** What was late in its last play. */
  late: ReturnType<typeof lateOf>;
  /** Plays before this one, which differed while the machine was late. */
  replays: number;
}

/** Milliseconds between the starts of two scenarios: a crowd of calls would wait for each other. */
const APART_MS = 250;

/** A running task must see its cancellation within a part of a tick. */
const LOOKS_PER_TICK = 8;
/** The quickest that a deployment allows. */
const QUICKEST_LOOK_SECONDS = 0.05;

/** Plays that a scenario gets beyond the first, if the machine was late. */
const MAX_REPLAYS = 2;

/** @returns a verdict for each scenario, in the same order */
export async function judge(
  scenarios: readonly AnyScenario[],
  options: JudgeOptions,
): Promise<Verdict[]> {
  if (scenarios.length === 0) return [];
  const { tick, slots, onReady = () => {} } = options;
  const outdir = mkdtempSync(join(tmpdir(), "forerun-conformance-"));
  const cancelSeconds = Math.max(QUICKEST_LOOK_SECONDS, tick / LOOKS_PER_TICK / 1000);
  const assembly = () => synthesize({ tasks: TASKS, slots, cancelSeconds, outdir }).directory;
  const cloud = await startCloud({ assembly });
  const forerun = new Forerun({ endpoint: cloud.endpoint });
  try {
    await wake(cloud, forerun, slots);
    onReady();
    return await new Judge(forerun, options, outdir).judgeAll(scenarios);
  } finally {
    await cloud.stop();
    rmSync(outdir, { recursive: true, force: true });
  }
}

class Judge {
  readonly #forerun: Forerun;
  readonly #options: JudgeOptions;
  readonly #pace = new Pace();
  /** Where coroutines tell what they do. */
  readonly #directory: string;
  #plays = 0;

  constructor(forerun: Forerun, options: JudgeOptions, directory: string) {
    this.#forerun = forerun;
    this.#options = options;
    this.#directory = directory;
  }

  async judgeAll(scenarios: readonly AnyScenario[]): Promise<Verdict[]> {
    const verdicts = await this.#playAll(scenarios);
    for (const [index, scenario] of scenarios.entries()) {
      // Alone: what it shares the machine with cannot make it late again.
      for (let replays = 1; replays <= MAX_REPLAYS; replays += 1) {
        const last = verdicts[index];
        if (!last || !mayReplay(last)) break;
        this.#options.onReplay?.(last);
        const verdict = await this.#play(scenario, replays);
        verdicts[index] = verdict;
        if (!mayReplay(verdict)) this.#options.onVerdict?.(verdict);
      }
    }
    return verdicts;
  }

  async #playAll(scenarios: readonly AnyScenario[]): Promise<Verdict[]> {
    const { slots, onVerdict } = this.#options;
    const room = new Room(slots);
    const waiting = [...scenarios.entries()];
    const plays: Promise<Verdict>[] = [];
    while (waiting.length > 0) {
      await delay(APART_MS);
      if (!this.#pace.allows()) continue;
      const next = waiting.findIndex(([, each]) => room.take(each, Date.now(), this.#tickOf(each)));
      for (const [index, scenario] of next === -1 ? [] : waiting.splice(next, 1)) {
        plays[index] = this.#play(scenario, 0).then((verdict) => {
          if (!mayReplay(verdict)) onVerdict?.(verdict);
          return verdict;
        });
      }
    }
    return Promise.all(plays);
  }

  async #play(scenario: AnyScenario, replays: number): Promise<Verdict> {
    this.#plays += 1;
    const prefix = `p${this.#plays}`;
    const options = {
      forerun: this.#forerun,
      tick: this.#tickOf(scenario),
      prefix,
      onDelay: (ticks: number) => this.#pace.note(ticks),
    };
    const played = await this.#pace.during(
      hasCoroutines(scenario)
        ? playCoroutines(scenario, { ...options, notes: join(this.#directory, `${prefix}.jsonl`) })
        : play(scenario, options),
    );
    const differences = compare(scenario, played);
    return { id: scenario.id, differences, late: lateOf(played.late), replays };
  }

  #tickOf(scenario: AnyScenario): number {
    const { tick } = this.#options;
    return hasCoroutines(scenario) ? tick * TICKS_PER_COROUTINE_TICK : tick;
  }
}

/** It differed, but the machine was late: that play proves nothing. */
function mayReplay({ differences, late, replays }: Verdict): boolean {
  return differences.length > 0 && late.length > 0 && replays < MAX_REPLAYS;
}
