/**
 * Adding to an aggregate's tally and reading it, be it one item or a tree (tally.ts).
 */
import type { FutureRecord } from "../future.ts";
import type { Ports, Tally } from "../ports.ts";
import {
  decodeReport,
  type Ending,
  encodeReport,
  leafMembers,
  leafName,
  leafReport,
  type Watcher,
} from "../tally.ts";

/** What the write of a report told. */
export interface Added {
  /** The codes of the one tally, or of the leaf, as they stand in it. */
  codes: readonly number[];
  fresh: boolean;
  /** The codes of the root, if the leaf is complete. */
  root?: readonly number[];
}

/**
 * Adds a report, and the leaf to the root if that completes it. "Already reported" does not mean
 * "already passed on": a repeat passes a complete leaf on again.
 */
export async function addReport(
  ports: Ports,
  { aggregate, member, tier }: Watcher,
  ending: Ending,
): Promise<Added> {
  const { store, clock, config } = ports;
  if (tier === "flat") return store.report(aggregate, encodeReport({ member, ending }));
  const { leafSize } = config;
  const leaf = Math.floor(member / leafSize);
  // Numbers within the leaf are small, and small numbers are small in the item.
  const code = encodeReport({ member: member % leafSize, ending });
  const added = await store.report(leafName(aggregate, leaf), code, clock.now());
  return added.codes.length < leafSize
    ? added
    : { ...added, root: await passOn(ports, aggregate, leaf, added.codes) };
}

/** Reports a complete leaf to the root. */
export async function passOn(
  ports: Ports,
  aggregate: string,
  leaf: number,
  codes: readonly number[],
): Promise<readonly number[]> {
  const code = encodeReport(leafReport(leaf, codes));
  return (await ports.store.report(aggregate, code)).codes;
}

/**
 * Passes on the last leaf, which has fewer members, if it is complete: before the seal those who
 * reported to it could not know. Whoever decides does it before reading the leaves, so that either
 * it sees the leaf that another completes meanwhile, or that one sees this leaf in the root.
 */
export async function passOnLast(ports: Ports, record: FutureRecord): Promise<void> {
  const last = leafCount(ports, record) - 1;
  if (last < 0) return;
  const codes = await ports.store.tally(leafName(record.id, last));
  if (codes.length > 0 && isLeafComplete(ports, record, last, codes)) {
    await passOn(ports, record.id, last, codes);
  }
}

/** All reports to an aggregate, as codes of its members, in the order in which they came. */
export async function allReports(
  ports: Pick<Ports, "store" | "config">,
  record: FutureRecord,
): Promise<readonly number[]> {
  if (!record.tree) return ports.store.tally(record.id);
  const leaves = await readLeaves(ports, record.id, leafCount(ports, record));
  return inOrder(leaves, ports.config.leafSize).map(({ code }) => code);
}

/** A report of a tree: the member's code, the leaf that holds it, and when it came. */
export interface LeafReport {
  code: number;
  leaf: number;
  at: number;
}

/**
 * The reports of leaves in the order in which they came. Clocks of reporters differ: within a leaf
 * its own order counts, so none is older there than the one before it.
 */
export function inOrder(leaves: readonly NumberedLeaf[], leafSize: number): LeafReport[] {
  const reports = leaves.flatMap(({ leaf, codes, times = [] }) => {
    let latest = 0;
    return codes.map((code, place): LeafReport => {
      latest = Math.max(latest, times[place] ?? 0);
      return { code: memberCode(leaf, code, leafSize), leaf, at: latest };
    });
  });
  // Stable: reports of one instant stay in the order of their leaves.
  return reports.sort((a, b) => a.at - b.at);
}

export type NumberedLeaf = Tally & { leaf: number };

/** Leaves of an aggregate's tree, those without a report included. */
export function leafCount(ports: Pick<Ports, "config">, record: FutureRecord): number {
  return Math.ceil((record.size ?? record.extent ?? 0) / ports.config.leafSize);
}

/** Whether a leaf holds the reports of all members that it has. */
export function isLeafComplete(
  ports: Pick<Ports, "config">,
  record: FutureRecord,
  leaf: number,
  codes: readonly number[],
): boolean {
  const { leafSize } = ports.config;
  return codes.length >= leafMembers(leaf, record.size ?? Number.POSITIVE_INFINITY, leafSize);
}

/** Leaves by number, in order; those that nobody has reported to are empty. */
export async function readLeaves(
  ports: Pick<Ports, "store">,
  aggregate: string,
  count: number,
  wanted: (leaf: number) => boolean = () => true,
): Promise<NumberedLeaf[]> {
  const leaves = Array.from({ length: count }, (_, leaf) => leaf).filter(wanted);
  const found = await ports.store.tallies(leaves.map((leaf) => leafName(aggregate, leaf)));
  return leaves.map((leaf) => ({ leaf, ...(found.get(leafName(aggregate, leaf)) ?? EMPTY) }));
}

const EMPTY: Tally = { codes: [] };

/** A code of a leaf as that of a member of the whole. */
function memberCode(leaf: number, code: number, leafSize: number): number {
  const { member, ending } = decodeReport(code);
  return encodeReport({ member: leaf * leafSize + member, ending });
}
