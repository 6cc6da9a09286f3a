/**
 * Programs that read and await futures while all goes on, and tell what they saw.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Forerun, NotFoundError } from "../../client/index.ts";
import { Random } from "../simulation/random.ts";
import { isTransient } from "./caller.ts";
import type { Chronicle } from "./chronicle.ts";
import type { KnownFutures } from "./known.ts";

export interface ReadersOptions {
  forerun: Forerun;
  chronicle: Chronicle;
  known: KnownFutures;
  seed: number;
  /** They end when it aborts. */
  signal: AbortSignal;
}

/** Programs that look again and again. */
const LOOKERS = 2;
/** Programs that wait for an outcome; an await holds a process of the wait function. */
const AWAITERS = 4;
/** Between two looks (milliseconds). */
const PAUSE_MS = 100;
/** An await that takes longer is given up, and another begun. */
const AWAIT_SECONDS = 15;

export async function read({ forerun, chronicle, known, seed, signal }: ReadersOptions) {
  const look = async (id: string, handle = forerun.future(id)) => {
    const askedAt = Date.now();
    chronicle.saw(await handle.get(), askedAt);
  };
  const await_ = async (id: string) => {
    const handle = forerun.future(id);
    // Whatever it ends with is looked at below; a time that is over is none of its own.
    await handle.result({ timeoutSeconds: AWAIT_SECONDS, signal }).catch(() => {});
    await look(id, handle);
  };
  const repeat = async (read: (id: string) => Promise<void>, index: number) => {
    const random = new Random(seed + index);
    while (!signal.aborted) {
      const [chosen] = known.some(1, random);
      try {
        if (chosen) await read(chosen.id);
      } catch (error) {
        if (error instanceof NotFoundError && chosen) {
          chronicle.violation(1, chosen.id, "it was accepted, and a reader did not find it");
        } else if (!isTransient(error)) throw error;
      }
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  };
  await Promise.all([
    ...Array.from({ length: LOOKERS }, (_, index) => repeat(look, index)),
    ...Array.from({ length: AWAITERS }, (_, index) => repeat(await_, LOOKERS + index)),
  ]);
}
