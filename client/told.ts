/**
 * What handles are told of their futures by others: that they have settled, and how, but not yet
 * with what.
 */
import type { State } from "../core/future.ts";
import { MAX_IDS } from "./watchQueue.ts";

interface Told {
  state: State;
  /** Fetches the outcomes of all that were told together, the first time that one is asked for. */
  fetch: () => void;
}

/** What is told, and of whom the outcome can be asked. */
interface Asked {
  exception(): Promise<Error | undefined>;
}

// Beside the handles, so that their types have no trace of it.
const told = new WeakMap<object, Told>();

export function toldOf(handle: object): Told | undefined {
  return told.get(handle);
}

/**
 * Tells handles how their futures ended. Whoever goes through them and awaits each one's result
 * would make a request for each: so the first asks for its neighbours' as well.
 */
export function tellTogether(ended: readonly { handle: Asked; state: State }[]): void {
  for (let start = 0; start < ended.length; start += MAX_IDS) {
    const together = ended.slice(start, start + MAX_IDS);
    let fetched = false;
    const fetch = () => {
      if (fetched) return;
      fetched = true;
      // Their own askers are told what goes wrong.
      for (const { handle } of together) handle.exception().catch(() => undefined);
    };
    for (const { handle, state } of together) told.set(handle, { state, fetch });
  }
}
