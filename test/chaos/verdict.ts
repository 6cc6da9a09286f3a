/**
 * The judgement at the end: by the rules of the simulation's judge over the table itself, and by
 * what only real parts can show.
 */
import { DEFAULT_CONFIG } from "../../core/config.ts";
import type { Store } from "../../core/ports.ts";
import type { Depth } from "../../local/index.ts";
import type { Chronicle } from "./chronicle.ts";
import { judge } from "./judge/judge.ts";
import type { KnownFutures } from "./known.ts";
import type { Status } from "./protocol.ts";

export interface VerdictOptions {
  store: Store;
  chronicle: Chronicle;
  known: KnownFutures;
  /** Kills and faults: what may have cost an attempt. */
  mishaps: number;
}

/** Futures that are read at once. */
const PAGE = 100;

/** Adds what is wrong to the history's violations. */
export async function judgeTable(options: VerdictOptions): Promise<void> {
  const { chronicle, known, mishaps } = options;
  const store = await still(options.store, [...known.all.keys()]);
  for (const id of known.all.keys()) {
    const record = await store.read(id);
    if (record) chronicle.isStored(record);
    else if (chronicle.wasWritten(id)) chronicle.violation(1, id, "it was written, and is gone");
  }
  await judge({
    ...{ store, config: DEFAULT_CONFIG, history: chronicle.history, known: known.all, mishaps },
    isResult: (text, record) => chronicle.effects.isResult(text, record),
  });
}

/** Nothing changes any more, so each future is read once. */
async function still(store: Store, ids: readonly string[]): Promise<Store> {
  const all: Awaited<ReturnType<Store["readMany"]>> = new Map();
  for (let start = 0; start < ids.length; start += PAGE) {
    for (const [id, record] of await store.readMany(ids.slice(start, start + PAGE))) {
      all.set(id, record);
    }
  }
  return {
    ...store,
    read: async (id) => all.get(id) ?? store.read(id),
    readMany: async (wanted) => {
      const missing = wanted.filter((id) => !all.has(id));
      for (const [id, record] of await store.readMany(missing)) all.set(id, record);
      return new Map(
        wanted.flatMap((id) => {
          const record = all.get(id);
          return record ? [[id, record] as const] : [];
        }),
      );
    },
  };
}

export interface Leftovers {
  /** Messages that somebody could receive now, by queue. */
  ready: Record<string, number>;
  /** Messages that are in work, hidden after the death of their receiver, or delayed. */
  hidden: Record<string, number>;
  dead: Record<string, number>;
}

export function leftoversOf({ depths }: Status): Leftovers {
  const left: Leftovers = { ready: {}, hidden: {}, dead: {} };
  const add = (to: Record<string, number>, queue: string, count: number) => {
    if (count > 0) to[queue] = count;
  };
  for (const [name, { ready, inFlight, delayed }] of Object.entries<Depth>(depths)) {
    const [, queue = name] = /ForerunQueues(.+?)[0-9A-F]{8}$/.exec(name) ?? [];
    if (queue.endsWith("Dead")) add(left.dead, queue, ready + inFlight + delayed);
    else {
      add(left.ready, queue, ready);
      add(left.hidden, queue, inFlight + delayed);
    }
  }
  return left;
}

/** All that are not dead, by queue. */
export function messagesOf({ ready, hidden }: Leftovers): Record<string, number> {
  const queues = [...Object.keys(ready), ...Object.keys(hidden)];
  return Object.fromEntries(
    queues.map((queue) => [queue, (ready[queue] ?? 0) + (hidden[queue] ?? 0)]),
  );
}

/** Whether somebody could work now. Surplus permits are none: each takes a slot a few seconds to drop. */
export function hasWork({ ready }: Leftovers): boolean {
  return Object.keys(ready).some((queue) => queue !== "Permits");
}

export function isEmpty(leftovers: Leftovers): boolean {
  return Object.keys(messagesOf(leftovers)).length === 0;
}
