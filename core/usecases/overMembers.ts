/**
 * Work on all members of an aggregate, however many: at once if they are few, and otherwise page by
 * page in the background, by messages on the settle queue. A page that is done is noted in a tally,
 * so that a repeat begins with what is left.
 */
import { type FutureRecord, isTerminal, LIVE } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { PagedWork, Ports } from "../ports.ts";
import { encodeWatcher } from "../tally.ts";
import { cancelOne, isReached } from "./cancelOne.ts";
import { memberIds } from "./members.ts";
import { reconcile } from "./reconcile.ts";
import { unwatch, watcherOf } from "./register.ts";

export type MemberWork = Exclude<PagedWork, "tell">;

/** @returns futures that owe something now */
export async function overMembers(
  ports: Ports,
  record: FutureRecord,
  work: MemberWork,
): Promise<readonly FutureRecord[]> {
  const pages = Math.ceil((record.size ?? record.extent ?? 0) / ports.config.pageSize);
  // What members owe on account of a request they tell themselves; a move leaves no mark on them.
  if (pages <= 1 && work !== "move") return workOnPage(ports, record, work, 0);
  const done = work === "reconcile" ? [] : await ports.store.tally(workName(record, work));
  const left = [...Array(pages).keys()].filter((page) => !done.includes(page));
  if (pages <= 1 && left.length > 0) return workOnPage(ports, record, work, 0);
  const { id } = record;
  await ports.queues.sendSeeTo(left.map((page) => ({ body: { id, work, page }, delaySeconds: 0 })));
  return [];
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
    case "reconcile":
      return reconcile(ports, record, from, ids, members);
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
  if (work !== "reconcile") await ports.store.report(workName(record, work), page);
}

/** The tally of the pages that are done; ids hold no slash. Each move is work of its own. */
function workName({ id, move }: FutureRecord, work: PagedWork): string {
  return work === "move" ? `${id}/move/${move}` : `${id}/${work}`;
}

/** Whether a page of the work was noted as done. */
export async function isNoted(
  ports: Ports,
  record: FutureRecord,
  work: PagedWork,
  page: number,
): Promise<boolean> {
  return (await ports.store.tally(workName(record, work))).includes(page);
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
  const set = { priority, ...(member.policy ? { move } : {}) };
  const written = await ports.store.update(member.id, { states: LIVE }, { set });
  if (!written.applied) return [];
  return member.policy ? overMembers(ports, written.record, "move") : [written.record];
}
