/**
 * Who does the damage: kills processes, raises storms of one fault, and now and then kills the whole
 * cloud and starts it again on the same data.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRates } from "../../local/index.ts";
import { Random } from "../simulation/random.ts";
import type { Deployment } from "./deployment.ts";

export interface AgentOptions {
  deployment: Deployment;
  seed: number;
  /** Milliseconds between two kills, on average. */
  killEvery: number;
  /** Milliseconds from one end of the whole cloud to the next… */
  restartEvery: number;
  /** …and how often it ends. */
  restarts: number;
  /** It stops then. */
  signal: AbortSignal;
}

/** What goes wrong all the time. */
export const ALWAYS: Required<FaultRates> = {
  throttles: 0.01,
  lostAnswers: 0.01,
  duplicates: 0.03,
  redeliveries: 0.01,
  falseEmpties: 0.1,
  delays: 0.02,
  delayMilliseconds: 500,
};

/** What a storm makes of it. */
const STORMS: readonly FaultRates[] = [
  { throttles: 0.6 },
  { lostAnswers: 0.3 },
  { duplicates: 0.5 },
  { redeliveries: 0.3 },
  { falseEmpties: 0.9 },
  // Longer than a function waits for an answer: what it gave up is applied after its repeat.
  { delays: 0.1, delayMilliseconds: 8000 },
];

/** A storm begins with one kill in so many, and lasts as long as the next few. */
const STORM_CHANCE = 0.25;
const STORM_MS = 3000;

/** How often which function is hit. */
const TARGETS = [
  ...(Array(10).fill("Worker") as string[]),
  ...["Settler", "Settler", "Settler", "Api", "Api", "Api", "Wait", "Wait", "Sweeper"],
];

/** What was done so far. */
export interface Damage {
  /** Killed processes by function; `cloud` for the whole. */
  kills: Record<string, number>;
  storms: number;
}

export async function doDamage(options: AgentOptions, damage: Damage): Promise<void> {
  const { deployment, seed, killEvery, restartEvery, restarts, signal } = options;
  const random = new Random(seed);
  const pause = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal }).catch(() => {});
  const count = (name: string) => {
    damage.kills[name] = (damage.kills[name] ?? 0) + 1;
  };
  let nextRestart = Date.now() + restartEvery;
  let restarted = 0;
  while (!signal.aborted) {
    await pause(killEvery * (0.5 + random.next()));
    if (signal.aborted) return;
    if (restarted < restarts && Date.now() >= nextRestart) {
      restarted += 1;
      count("cloud");
      await deployment.restart(random.whole(0, 1000));
      nextRestart += restartEvery;
      continue;
    }
    const name = `Forerun${random.pick(TARGETS)}`;
    const busy = random.chance(0.8);
    const killed = await deployment.ask({ do: "kill", name, busy, dice: random.next() });
    if (killed !== undefined) count(name.replace("Forerun", "").toLowerCase());
    if (!random.chance(STORM_CHANCE)) continue;
    damage.storms += 1;
    const storm = random.pick(STORMS);
    await deployment.ask({ do: "faults", rates: storm });
    await pause(STORM_MS);
    await deployment.ask({ do: "faults", rates: ALWAYS });
  }
}
