/**
 * In which order a slot probes the bands: a pure function of the policy and the slot's own recent
 * history. Under `weighted` a band that the slot has neither served nor found empty for
 * 1/share − 1 dispatches is probed first, which guarantees it its share (promise 9).
 */
import type { Band, ProbePolicy } from "./bands.ts";

/**
 * A slot's memory: for each band, the dispatches since it was last served or found empty. Only
 * dispatches under contention count: while permits do not wait, every task that waits has a
 * permit of its own, and no band can be starved.
 */
export type ProbeHistory = readonly number[];

/** A permit that waited longer than this (milliseconds) shows that all slots were busy. */
export const CONTENDED_AFTER_MS = 100;

export function newHistory(bands: readonly Band[]): ProbeHistory {
  return bands.map(() => 0);
}

const NONE: ReadonlySet<number> = new Set();

/**
 * The indexes of the bands in the order in which to probe them.
 * @param paused bands that are left out. @default none
 */
export function probeOrder(
  bands: readonly Band[],
  policy: ProbePolicy,
  history: ProbeHistory,
  paused: ReadonlySet<number> = NONE,
): number[] {
  const order = [...bands.keys()].filter((index) => !paused.has(index));
  const first = policy === "weighted" ? mostOverdue(bands, history, paused) : undefined;
  return first === undefined ? order : [first, ...order.filter((index) => index !== first)];
}

/** The band whose share has been exceeded by the most, if any has. */
function mostOverdue(
  bands: readonly Band[],
  history: ProbeHistory,
  paused: ReadonlySet<number>,
): number | undefined {
  let best: number | undefined;
  let bestOverdue = 0;
  for (const [index, band] of bands.entries()) {
    if (index === 0 || band.share <= 0 || paused.has(index)) continue;
    const overdue = ((history[index] ?? 0) + 1) * band.share;
    // 1/share is not exact in binary; a hair below 1 is due.
    if (overdue >= 1 - 1e-9 && overdue > bestOverdue) {
      best = index;
      bestOverdue = overdue;
    }
  }
  return best;
}

/**
 * The history after a dispatch.
 * @param served the band whose task ran
 * @param empty bands that were probed before it and had nothing, or are paused
 * @param contended whether the permit had waited (`CONTENDED_AFTER_MS`)
 */
export function afterDispatch(
  history: ProbeHistory,
  served: number,
  empty: readonly number[],
  contended: boolean,
): ProbeHistory {
  return history.map((since, index) => {
    if (index === served || empty.includes(index)) return 0;
    return contended ? since + 1 : since;
  });
}
