/**
 * Whether the numbers of new members are taken, looked at before anything is written: otherwise a
 * page that is refused half way would leave members that nobody meant, and a size that nobody can
 * seal.
 */
import { ConflictError } from "../errors.ts";
import { type FutureRecord, memberId } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { overlaps } from "./extent.ts";
import { PAGE_IDS, pageName, pageText } from "./members.ts";
import type { MembersRequest, TaskRequest } from "./requests.ts";
import { hashOfTask } from "./submit.ts";

/**
 * Pages that come in order cost no read, those that come early one; only what was added there
 * already is compared. Two different pages that come at the same moment are told apart member by
 * member, as they are written.
 * @param count of the members
 * @throws ConflictError if other members were added there
 */
export async function refuseTaken(
  ports: Ports,
  record: FutureRecord,
  request: MembersRequest,
  count: number,
): Promise<void> {
  const { start } = request;
  if ((record.extent ?? 0) <= start) return;
  if (!(await overlaps(ports, record.id, start, count))) return;
  if ("of" in request) await comparePages(ports, record.id, start, request.of);
  else await compareTasks(ports, record.id, start, request.tasks);
}

async function compareTasks(
  ports: Ports,
  id: string,
  start: number,
  tasks: readonly TaskRequest[],
): Promise<void> {
  const ids = tasks.map((_, index) => memberId(id, start + index));
  const members = await ports.store.readMany(ids);
  for (const [index, task] of tasks.entries()) {
    const member = members.get(ids[index] ?? "");
    if (member && member.request !== hashOfTask(task)) throw new ConflictError(member.id);
  }
}

async function comparePages(
  ports: Ports,
  id: string,
  start: number,
  of: readonly string[],
): Promise<void> {
  await inBatches([...Array(Math.ceil(of.length / PAGE_IDS)).keys()], async (page) => {
    const stands = await ports.store.blob(id, pageName("of", start / PAGE_IDS + page));
    if (stands !== undefined) comparePage(id, start, page, stands, pageText(of, page));
  });
}

/** @throws ConflictError if a page of ids is another one than is there */
export function comparePage(
  id: string,
  start: number,
  page: number,
  stands: string,
  text: string,
): void {
  if (stands === text) return;
  throw new ConflictError(id, `Other members were added from ${start + page * PAGE_IDS} on.`);
}
