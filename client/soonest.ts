/**
 * Futures in the order in which they settle, each awaited by itself.
 */
import type { FutureHandle } from "./handle.ts";

/** Futures that one signal stops to await: the listeners of one signal stand in a list. */
const PER_SIGNAL = 100;

/** Whoever leaves early stops awaiting the others. */
export async function* soonest<H extends FutureHandle>(
  members: readonly H[],
): AsyncGenerator<H, void, undefined> {
  const ready: H[] = [];
  const stops: AbortController[] = [];
  let wake = () => {};
  for (const [index, member] of members.entries()) {
    if (index % PER_SIGNAL === 0) stops.push(new AbortController());
    const settled = () => {
      ready.push(member);
      wake();
    };
    // Cancelled or out of reach: asking for its result will say so.
    void member.exception({ signal: stops.at(-1)?.signal }).then(settled, settled);
  }
  try {
    for (let left = members.length; left > 0; ) {
      if (ready.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const now = ready.splice(0);
      left -= now.length;
      yield* now;
    }
  } finally {
    for (const stop of stops) stop.abort();
  }
}
