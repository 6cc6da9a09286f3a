/**
 * `POST /futures/{id}/members`: a page of members for an aggregate that is open.
 */
import { InvalidRequestError, InvalidStateError, NotFoundError } from "../errors.ts";
import { type FutureRecord, isOpened, isTerminal, memberId } from "../future.ts";
import { inBatches } from "../parallel.ts";
import { cancelsRest, isStopping } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { encodeWatcher } from "../tally.ts";
import { checkMembers } from "./createAggregate.ts";
import { isNoted, notePages } from "./extent.ts";
import { memberIds, PAGE_IDS, pageName, pageText } from "./members.ts";
import { type MemberWork, workOnRange } from "./overMembers.ts";
import { readOwn } from "./own.ts";
import { perform } from "./perform.ts";
import { register, watcherOf } from "./register.ts";
import { MAX_OPENED_MEMBERS, type MembersRequest, type TaskRequest } from "./requests.ts";
import { hashOfTask, insertTask } from "./submit.ts";
import { comparePage, refuseTaken } from "./takenMembers.ts";

/**
 * Adds members. A repeat with the same start and members changes nothing.
 * @throws NotFoundError if the aggregate or a member does not exist
 * @throws InvalidStateError if it is sealed or has settled
 * @throws ConflictError if other members were added there
 * @throws InvalidRequestError if they are not what it was opened for
 */
export async function addMembers(
  ports: Ports,
  id: string,
  request: MembersRequest,
): Promise<number> {
  const record = await readOwn(ports, id);
  if (await wasAdded(ports, record, request)) return countOf(request);
  const count = countOf(request);
  // An earlier try may have added them as it settled, and died before it could look.
  if (isTerminal(record) && isOpened(record)) await refuseLate(ports, id, request.start, count);
  checkOpen(id, record);
  checkRange(record, request, count);
  await refuseTaken(ports, record, request, count);
  const found = "of" in request ? await checkMembers(ports, id, request.of) : undefined;
  const open = await extend(ports, record, request.start + count);
  if ("of" in request) await addFutures(ports, open, request.start, request.of, found);
  else await addTasks(ports, open, request.start, request.tasks);
  await refuseLate(ports, id, request.start, count);
  await notePages(ports, id, request.start, count);
  return count;
}

function countOf(request: MembersRequest): number {
  return "of" in request ? request.of.length : request.tasks.length;
}

/**
 * Whether a page was added, whole, to what is sealed or settled now: its call may be repeated as
 * well, since its answer may have been lost.
 */
async function wasAdded(
  ports: Ports,
  record: FutureRecord,
  request: MembersRequest,
): Promise<boolean> {
  if (!isOpened(record) || !(record.sealed || isTerminal(record))) return false;
  const { start } = request;
  const count = countOf(request);
  if (!(await isNoted(ports, record.id, start, count))) return false;
  const ids = await memberIds(ports, record, start, start + count);
  if ("of" in request) return request.of.every((id, index) => id === ids[index]);
  const members = await ports.store.readMany(ids);
  return request.tasks.every((task, index) => {
    return members.get(ids[index] ?? "")?.request === hashOfTask(task);
  });
}

function checkOpen(id: string, record: FutureRecord | undefined): asserts record is FutureRecord {
  if (!record) throw new NotFoundError([id]);
  if (!record.policy || !isOpened(record)) {
    throw new InvalidStateError(id, "Only an aggregate of POST /aggregates/open takes members.");
  }
  if (isTerminal(record)) throw new InvalidStateError(id, `It has ${record.state} already.`);
  if (record.sealed) throw new InvalidStateError(id, "It is sealed: no member can be added.");
}

function checkRange(record: FutureRecord, request: MembersRequest, count: number): void {
  const refuse = (field: string, message: string) => {
    throw new InvalidRequestError([{ field, message }]);
  };
  if ("of" in request === (record.born === true)) {
    const wanted = record.born ? "tasks" : "futures (of)";
    refuse("of" in request ? "of" : "tasks", `it was opened for ${wanted}; add those`);
  }
  if (request.start + count > MAX_OPENED_MEMBERS) {
    refuse("start", `an aggregate has at most ${MAX_OPENED_MEMBERS} members`);
  }
  if ("of" in request && request.start % PAGE_IDS !== 0) {
    refuse("start", `use a multiple of ${PAGE_IDS}`);
  }
}

/**
 * Announces members before they are added: what is cancelled or sealed from now on knows of them.
 * @throws InvalidStateError if it was sealed or has settled meanwhile
 */
async function extend(ports: Ports, record: FutureRecord, extent: number): Promise<FutureRecord> {
  const written = await ports.store.update(
    record.id,
    { states: ["pending"], sealed: false, extentBelow: extent },
    { set: { extent } },
  );
  checkOpen(record.id, written.record);
  return written.record;
}

async function addFutures(
  ports: Ports,
  record: FutureRecord,
  start: number,
  of: readonly string[],
  known: ReadonlyMap<string, FutureRecord> | undefined,
): Promise<void> {
  const { id } = record;
  const first = start / PAGE_IDS;
  await inBatches([...Array(Math.ceil(of.length / PAGE_IDS)).keys()], async (page) => {
    const text = pageText(of, page);
    const stands = await ports.store.claimBlob(id, pageName("of", first + page), text);
    comparePage(id, start, page, stands, text);
  });
  await register(ports, record, start, of, known);
}

async function addTasks(
  ports: Ports,
  record: FutureRecord,
  start: number,
  tasks: readonly TaskRequest[],
): Promise<void> {
  const atLeast = start + tasks.length;
  const added = await inBatches([...tasks.entries()], ([index, request]) => {
    const member = start + index;
    const watcher = encodeWatcher(watcherOf(ports, record, member, atLeast));
    const hash = hashOfTask(request);
    return insertTask(ports, memberId(record.id, member), request, hash, [watcher]);
  });
  await perform(
    ports,
    added.filter((each) => each.state === "pending"),
  );
}

/** Whoever settled it meanwhile may have looked at its members before these were there. */
async function refuseLate(ports: Ports, id: string, start: number, count: number): Promise<void> {
  const record = await ports.store.read(id);
  if (!record || !isTerminal(record)) return;
  const cancels = isStopping(record) || (record.policy && cancelsRest(record.policy));
  const works = [...(record.left ? ["withdraw"] : []), ...(cancels ? ["cancel"] : [])];
  for (const work of works as MemberWork[]) {
    await perform(ports, await workOnRange(ports, record, work, start, start + count));
  }
  throw new InvalidStateError(id, `It has ${record.state} already.`);
}
