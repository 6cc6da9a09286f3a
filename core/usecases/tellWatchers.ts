/**
 * Telling the watchers that stand in items of their own, however many: page by page, by messages on
 * the settle queue. The message for the next page is sent once a page has been told, effects
 * included, and before its own message is deleted; so none is passed over.
 */
import type { FutureRecord } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { decodeWatcher, type Ending } from "../tally.ts";
import { isBegun, noteBegun, notePage } from "./overMembers.ts";
import { report } from "./report.ts";

/** The page that is noted when all were told. */
export const ALL_TOLD = 0;

/** Sends for the first page, unless that was done before. */
export async function beginTelling(ports: Ports, record: FutureRecord): Promise<void> {
  if (await isBegun(ports, record, "tell")) return;
  await sendForPage(ports, record.id);
  await noteBegun(ports, record, "tell");
}

export interface Told {
  /** Aggregates that owe something now. */
  owing: readonly FutureRecord[];
  /** Where to go on; absent after the last page. */
  next?: string;
}

export async function tellPage(ports: Ports, record: FutureRecord, after?: string): Promise<Told> {
  const page = await ports.store.watchers(record.id, ports.config.pageSize, after);
  const reported = await inBatches(page.watchers, (text) =>
    report(ports, decodeWatcher(text), record.state as Ending, record.id),
  );
  const owing = reported.flatMap((each) => [...each.owing, ...each.woken]);
  const next = page.cursor === undefined ? {} : { next: page.cursor };
  return { owing, ...next };
}

/** What follows a page whose effects have been performed. */
export async function afterPage(ports: Ports, record: FutureRecord, { next }: Told): Promise<void> {
  if (next !== undefined) return sendForPage(ports, record.id, next);
  await notePage(ports, record, "tell", ALL_TOLD);
}

async function sendForPage(ports: Ports, id: string, after?: string): Promise<void> {
  const body = { id, work: "tell" as const, ...(after === undefined ? {} : { after }) };
  await ports.queues.sendSeeTo([{ body, delaySeconds: 0 }]);
}
