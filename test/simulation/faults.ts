/**
 * What goes wrong, and how often. A seed draws the rates of its run; whatever strikes is counted.
 */
import type { CrashPoint } from "./crashPoints.ts";
import type { DirectedDeaths } from "./directed.ts";
import type { Random } from "./random.ts";

export const FAULT_KINDS = [
  /** A process dies at a call to a port, before or after it. */
  "death",
  /** A process dies at any moment, as by a lack of memory. */
  "kill",
  /** A call fails for good and changes nothing: throttled longer than the SDK tries. */
  "failed call",
  /** The SDK is throttled for a while, and then gets through. */
  "throttled call",
  /** A call has its effect, and its caller gets an error. */
  "lost answer",
  /** An answer is lost, and the SDK makes the call again. */
  "repeated call",
  /** Of a batch the first half is taken, and then the call fails. */
  "half a batch",
  /** A process stands still for up to a minute, its heartbeats too, and then goes on. */
  "pause",
  /** A short poll misses the messages that are there. */
  "false empty",
  /** A message is there twice, or comes again although it was deleted. */
  "duplicate",
  /** A message becomes visible only seconds after it was sent. */
  "late message",
  /** A newer message is received before older ones. */
  "disorder",
  /** A receipt handle of an earlier delivery still deletes or hides the message. */
  "stale handle",
  /** The approximate number of messages is that of up to a minute ago. */
  "stale count",
  /** Lambda starts a process, which takes its time. */
  "cold start",
  /** Lambda is short of concurrency: the batch comes later, or returns to the queue. */
  "throttled invocation",
  /** Lambda discards a process that is idle. */
  "discarded process",
  /** A caller makes a call again that got no answer in time. */
  "caller repeats",
  /** A caller gives up, and nobody knows what became of its call. */
  "caller gives up",
  /** A message is lost. SQS never does that: it is here to see that the judge notices. */
  "lost message",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export type Rates = Readonly<Partial<Record<FaultKind, number>>>;

/** Those that befall a call to a port. */
const OF_CALLS = [
  "death",
  "failed call",
  "throttled call",
  "lost answer",
  "repeated call",
  "half a batch",
  "pause",
] as const satisfies readonly FaultKind[];

export type CallFault = (typeof OF_CALLS)[number];

/** How often processes die at the port method that a seed has chosen to look at closely. */
const FOCUS_RATE = 0.08;

/** Faults after which promises 4 and 6 have no longer than usual: nothing was lost or delayed. */
const HARMLESS: readonly FaultKind[] = [
  "late message",
  "disorder",
  "cold start",
  "discarded process",
  "stale handle",
];

/** What a run looks at closely. */
export interface Looks {
  /** Port method, such as `store.update`, at which processes die often. */
  focus?: string | undefined;
  directed?: DirectedDeaths | undefined;
}

export class Faults {
  readonly counts = new Map<FaultKind, number>();
  private rates: Rates;
  /** Port method, such as `store.update`, at which processes die often. */
  private focus: string | undefined;
  /** Deaths at one crash point. */
  private directed: DirectedDeaths | undefined;
  private ofCalls = 0;
  /** Since when nothing goes wrong any more (virtual milliseconds); undefined: it still may. */
  stoppedAt: number | undefined;
  private readonly random: Random;
  /** Whether nothing that could delay anything is ever injected. */
  readonly calm: boolean;

  constructor(random: Random, rates: Rates, { focus, directed }: Looks = {}) {
    this.random = random;
    this.rates = rates;
    this.focus = focus;
    this.directed = directed;
    this.ofCalls = OF_CALLS.reduce((sum, kind) => sum + (rates[kind] ?? 0), 0);
    this.calm =
      focus === undefined &&
      directed === undefined &&
      Object.entries(rates).every(
        ([kind, rate]) => rate === 0 || HARMLESS.includes(kind as FaultKind),
      );
  }

  /** From now on nothing goes wrong. @param now virtual milliseconds */
  stop(now: number): void {
    this.stoppedAt = now;
    this.rates = {};
    this.focus = undefined;
    this.directed = undefined;
    this.ofCalls = 0;
  }

  strikes(kind: FaultKind): boolean {
    const rate = this.rates[kind];
    if (!rate || !this.random.chance(rate)) return false;
    this.count(kind);
    return true;
  }

  /** The crash point at which the process that makes this call was told to die. */
  deathAt(method: string): CrashPoint | undefined {
    const point = this.directed?.strikes(method);
    if (point) this.count("death");
    return point;
  }

  /**
   * What befalls a call of that port method: one draw for all that may.
   * @param isBatch whether it is about several things
   */
  ofCall(method: string, isBatch: () => boolean): CallFault | undefined {
    if (method === this.focus && this.random.chance(FOCUS_RATE)) return this.count("death");
    if (this.ofCalls === 0) return undefined;
    let dice = this.random.next();
    if (dice >= this.ofCalls) return undefined;
    for (const kind of OF_CALLS) {
      dice -= this.rates[kind] ?? 0;
      if (dice >= 0) continue;
      return kind === "half a batch" && !isBatch() ? undefined : this.count(kind);
    }
    return undefined;
  }

  count<K extends FaultKind>(kind: K): K {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return kind;
  }

  of(...kinds: FaultKind[]): number {
    return kinds.reduce((sum, kind) => sum + (this.counts.get(kind) ?? 0), 0);
  }
}

/** The most that a rate is drawn as. */
const MOST: Readonly<Record<Exclude<FaultKind, "lost message">, number>> = {
  death: 0.02,
  kill: 0.05,
  "failed call": 0.03,
  "throttled call": 0.05,
  "lost answer": 0.03,
  "repeated call": 0.05,
  "half a batch": 0.05,
  pause: 0.008,
  "false empty": 0.4,
  duplicate: 0.1,
  "late message": 0.05,
  disorder: 0.3,
  "stale handle": 0.5,
  "stale count": 0.3,
  "cold start": 1,
  "throttled invocation": 0.1,
  "discarded process": 0.1,
  "caller repeats": 0,
  "caller gives up": 0.3,
};

const OF_QUEUES: readonly FaultKind[] = [
  "false empty",
  "duplicate",
  "stale count",
  "throttled invocation",
  ...HARMLESS,
];

/** The weather of a run: nothing but what is harmless, queues as they are, deaths alone, or all. */
const CLIMATES: readonly (readonly [share: number, kinds: readonly FaultKind[]])[] = [
  [0.15, HARMLESS],
  [0.15, OF_QUEUES],
  [0.15, ["death", "kill", ...HARMLESS]],
  [0.55, Object.keys(MOST) as FaultKind[]],
];

/** Draws the rates of a run; each kind is left out now and then, so that it hides no other. */
export function drawRates(random: Random): Rates {
  let dice = random.next();
  const climate = CLIMATES.find(([share]) => {
    dice -= share;
    return dice < 0;
  });
  const rates: Partial<Record<FaultKind, number>> = {};
  for (const kind of climate?.[1] ?? []) {
    const most = MOST[kind as keyof typeof MOST];
    rates[kind] = random.chance(0.3) ? 0 : random.next() * most;
  }
  return rates;
}
