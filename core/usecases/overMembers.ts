/**
 * Work on all members of an aggregate, however many: at once if they are few, and otherwise page by
 * page in the background, by messages on the settle queue. That they were sent is noted in a tally,
 * and each page that is done: whoever meets the aggregate again, which every member of it may make
 * happen, sends none twice.
 */
import { type FutureRecord, isTerminal, LIVE } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { PagedWork, Ports } from "../ports.ts";
import { encodeWatcher } from "../tally.ts";
import { cancelOne, isReached } from "./cancelOne.ts";
import { raise } from "./lend.ts";
import { memberIds } from "./members.ts";
import { reconcile } from "./reconcile.ts";
import { unwatch, watcherOf } from "./register.ts";

export type MemberWork = Exclude<PagedWork, "tell">;

/**
 * @param again whether to send for the pages that are not done although that was done before: the
 * queues may have been lost
 * @returns futures that owe something now
 */
export async function overMembers(
  ports: Ports,
  record: FutureRecord,
  work: MemberWork,
  again = false,
): Promise<readonly FutureRecord[]> {
  const pages = Math.ceil((record.size ?? record.extent ?? 0) / ports.config.pageSize);
  // What members owe on account of a request they tell themselves; a move leaves no mark on them.
  if (pages <= 1 && work !== "move") return workOnPage(ports, record, work, 0);
  const noted = work === "reconcile" ? [] : await ports.store.tally(workName(record, work));
  const left = [...Array(pages).keys()].filter((page) => !noted.includes(codeOf(page)));
  if (left.length === 0 || (noted.includes(BEGUN) && !again)) return [];
  if (pages === 1) return workOnPage(ports, record, work, 0);
  const { id } = record;
  const delay = (page: number) => (work === "lend" ? Math.min(page * LENDING_PACE, MAX_DELAY) : 0);
  await ports.queues.sendSeeTo(
    left.map((page) => ({ body: { id, work, page }, delaySeconds: delay(page) })),
  );
  // After the sending: a crash in between sends twice, never not at all.
  await noteBegun(ports, record, work);
  return [];
}

/** Seconds from page to page: what is lent an urgent priority must not flood its band. */
const LENDING_PACE = 1;
/** SQS delays by no more seconds. */
const MAX_DELAY = 900;

/** The code in a work's tally that says that it was begun; those of pages follow. */
const BEGUN = 0;

function codeOf(page: number): number {
  return page + 1;
}

/** Notes that messages for all pages were sent. */
export async function noteBegun(
  ports: Ports,
  record: FutureRecord,
  work: PagedWork,
): Promise<void> {
  if (work !== "reconcile") await ports.store.report(workName(record, work), BEGUN);
}

/** Whether the work was begun. */
export async function isBegun(
  ports: Ports,
  record: FutureRecord,
  work: PagedWork,
): Promise<boolean> {
  return (await ports.store.tally(workName(record, work))).includes(BEGUN);
}

/** Does one page of the work. */
export function workOnPage(
  ports: Ports,
  record: FutureRecord,
  work: MemberWork,
  page: number,
): Promise<readonly FutureRecord[]> {
  const { pageSize } = ports.config;
  return workOnRange(ports, record, work, page * pageSize, (page + 1) * pageSize);
}

/** Does the work on the members from one number up to below another. */
export async function workOnRange(
  ports: Ports,
  record: FutureRecord,
  work: MemberWork,
  from: number,
  to: number,
): Promise<readonly FutureRecord[]> {
  const readAt = ports.clock.now();
  const ids = await memberIds(ports, record, from, to);
  const members = await ports.store.readMany(ids);
  const found = [...members.values()];
  switch (work) {
    case "cancel": {
      const reached = found.filter((member) => isReached(member, record.id));
      const answers = await inBatches(reached, (each) => cancelOne(ports, each, record.id));
      return answers.map((each) => each.record);
    }
    case "withdraw":
      await withdraw(ports, record, from, ids, members);
      return [];
    case "move":
      return (await inBatches(found, (each) => moveOne(ports, each, record))).flat();
    case "lend": {
      const raised = await inBatches(found, (each) => raise(ports, each, record.lent as number));
      return raised.flatMap((each) => each ?? []);
    }
    case "reconcile":
      return reconcile(ports, record, from, ids, { members, readAt });
  }
}

/** Notes that a page is done, effects included. */
export async function notePage(
  ports: Ports,
  record: FutureRecord,
  work: PagedWork,
  page: number,
): Promise<void> {
  // To compare again may be wanted at any time.
  if (work !== "reconcile") await ports.store.report(workName(record, work), codeOf(page));
}

/** The tally of the pages that are done; ids hold no slash. Each move is work of its own. */
function workName({ id, move, lent }: FutureRecord, work: PagedWork): string {
  if (work === "lend") return `${id}/lend/${lent}`;
  return work === "move" ? `${id}/move/${move}` : `${id}/${work}`;
}

/** Whether a page of the work was noted as done. */
export async function isNoted(
  ports: Ports,
  record: FutureRecord,
  work: PagedWork,
  page: number,
): Promise<boolean> {
  return (await ports.store.tally(workName(record, work))).includes(codeOf(page));
}

async function withdraw(
  ports: Ports,
  record: FutureRecord,
  from: number,
  ids: readonly string[],
  members: ReadonlyMap<string, FutureRecord>,
): Promise<void> {
  const all = from + ids.length;
  await inBatches([...ids.entries()], async ([index, id]) => {
    const member = members.get(id);
    if (!member) return;
    const watcher = watcherOf(ports, record, from + index, all);
    // It may have registered when fewer members were known.
    const forms = record.tree ? (["leaf", "quiet"] as const) : [watcher.tier];
    for (const tier of forms) await unwatch(ports, member, encodeWatcher({ ...watcher, tier }));
  });
}

/**
 * Gives a future that has not begun another priority; one that has keeps it for its retries. An
 * aggregate passes it on to its members.
 */
async function moveOne(
  ports: Ports,
  member: FutureRecord,
  { priority, move }: FutureRecord,
): Promise<readonly FutureRecord[]> {
  if (priority === undefined || move === undefined || isTerminal(member)) return [];
  if (member.kind !== "task" && !member.policy) return [];
  const set = { priority, ...(member.policy ? { move } : { moved: true as const }) };
  const written = await ports.store.update(member.id, { states: LIVE }, { set });
  if (!written.applied) return [];
  return member.policy ? overMembers(ports, written.record, "move") : [written.record];
}
