/**
 * The settler's work: "see to future X". Reads it and performs what it owes, or one page of work
 * that is too much for one step.
 */
import { type FutureRecord, isOpened, isTerminal } from "../future.ts";
import { isDue } from "../policies.ts";
import type { Ports, SeeTo } from "../ports.ts";
import { beginWork } from "./beginWork.ts";
import { notify } from "./notify.ts";
import { isNoted, type MemberWork, notePage, workOnPage } from "./overMembers.ts";
import { perform } from "./perform.ts";
import { EARLY_MS } from "./remind.ts";
import { ALL_TOLD, afterPage, tellPage } from "./tellWatchers.ts";

export async function seeTo(ports: Ports, message: SeeTo): Promise<void> {
  const record = await readWhenDue(ports, message);
  if (!record) return;
  if (message.work === "notify") return notify(ports, record);
  if (message.work === "tell") return tell(ports, record, message.after);
  if (message.work) return work(ports, record, message.work, message.page);
  if (mayLackMembers(ports, record)) {
    await beginWork(ports, record, "reconcile");
  }
  await perform(ports, [record]);
}

/** One page of the work on an aggregate's members; without a page, its beginning. */
async function work(
  ports: Ports,
  record: FutureRecord,
  which: MemberWork,
  page: number | undefined,
): Promise<void> {
  if (page === undefined) {
    await beginWork(ports, record, which, true);
    return perform(ports, [record]);
  }
  if (await isNoted(ports, record, which, page)) return;
  await perform(ports, await workOnPage(ports, record, which, page));
  await notePage(ports, record, which, page);
}

async function tell(ports: Ports, record: FutureRecord, after: string | undefined): Promise<void> {
  // Sent by who settled it; but never trust a message beyond what the record says.
  if (!isTerminal(record)) return;
  if (after === undefined && (await isNoted(ports, record, "tell", ALL_TOLD))) return;
  const told = await tellPage(ports, record, after);
  await perform(ports, told.owing);
  await afterPage(ports, record, told);
}

/** The future; if its time comes within a second, as it stands then. */
async function readWhenDue(ports: Ports, { id, work }: SeeTo): Promise<FutureRecord | undefined> {
  const record = await ports.store.read(id);
  if (!record || work || isTerminal(record) || record.kind === "task") return record;
  const time = isOpened(record) && !record.sealed ? record.openUntil : record.due;
  const early = (time ?? 0) - ports.clock.now();
  if (early <= 0 || early > EARLY_MS) return record;
  await ports.clock.sleep(early);
  return ports.store.read(id);
}

/**
 * Whether to compare an aggregate with its members, unasked. Of one that its caller has filled the
 * sealing has made sure that they exist; of a large one over others that would cost a read of each.
 */
function mayLackMembers(ports: Ports, record: FutureRecord): boolean {
  if (!record.policy || !record.sealed || isTerminal(record)) return false;
  if (isDue(record, ports.clock.now())) return false;
  const few = (record.size ?? 0) <= ports.config.pageSize;
  return few || (record.born === true && !isOpened(record));
}
