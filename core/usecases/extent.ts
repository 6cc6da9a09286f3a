/**
 * Which members of an open aggregate have been added: calls may come in any order and be repeated,
 * and it may be sealed only once none is missing.
 */
import type { Ports } from "../ports.ts";
import { MAX_MEMBERS } from "./requests.ts";

/** Notes that members were added, effects included. */
export async function notePages(
  ports: Ports,
  id: string,
  start: number,
  count: number,
): Promise<void> {
  await ports.store.report(tallyName(id, start), encode(start % STRETCH, count));
}

/** Whether just these members were added by one call. */
export async function isNoted(
  ports: Pick<Ports, "store">,
  id: string,
  start: number,
  count: number,
): Promise<boolean> {
  return (await ports.store.tally(tallyName(id, start))).includes(encode(start % STRETCH, count));
}

/** Whether a call has added members within this range. */
export async function overlaps(
  ports: Pick<Ports, "store">,
  id: string,
  start: number,
  count: number,
): Promise<boolean> {
  // A page has as many members as a stretch at most, and may reach into the next one.
  const first = Math.max(0, Math.floor(start / STRETCH) - 1);
  const last = Math.floor((start + count - 1) / STRETCH);
  const stretches = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const tallies = await ports.store.tallies(stretches.map((each) => tallyName(id, each * STRETCH)));
  return stretches.some((stretch) => {
    const { codes = [] } = tallies.get(tallyName(id, stretch * STRETCH)) ?? {};
    return codes.map(decode).some((added) => {
      const from = stretch * STRETCH + added.start;
      return from < start + count && start < from + added.count;
    });
  });
}

/** The first number below `size` that was not added; undefined if none is missing. */
export async function firstMissing(
  ports: Pick<Ports, "store">,
  id: string,
  size: number,
): Promise<number | undefined> {
  const stretches = [...Array(Math.ceil(size / STRETCH)).keys()];
  const names = stretches.map((stretch) => tallyName(id, stretch * STRETCH));
  const tallies = await ports.store.tallies(names);
  let next = 0;
  for (const [stretch, name] of names.entries()) {
    const added = (tallies.get(name)?.codes ?? []).map(decode).sort((a, b) => a.start - b.start);
    for (const { start, count } of added) {
      if (stretch * STRETCH + start > next) break;
      next = Math.max(next, stretch * STRETCH + start + count);
    }
    if (next < Math.min(size, (stretch + 1) * STRETCH)) return next;
  }
  return undefined;
}

/** Calls that begin within the same thousand members are noted in one item. */
const STRETCH = 1000;

function tallyName(id: string, start: number): string {
  return `${id}/added/${Math.floor(start / STRETCH)}`;
}

function encode(start: number, count: number): number {
  return start * (MAX_MEMBERS + 1) + count;
}

function decode(code: number): { start: number; count: number } {
  return { start: Math.floor(code / (MAX_MEMBERS + 1)), count: code % (MAX_MEMBERS + 1) };
}
