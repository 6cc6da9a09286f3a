/**
 * `POST /tasks/batch`: many tasks in one call, on wish with an aggregate over them.
 */
import { ConflictError, InvalidStateError } from "../errors.ts";
import { type FutureRecord, memberId } from "../future.ts";
import { requestHash } from "../hash.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { encodeWatcher } from "../tally.ts";
import { lending } from "./lend.ts";
import { perform } from "./perform.ts";
import { INCOMPLETE } from "./reconcile.ts";
import { watcherOf } from "./register.ts";
import { guard } from "./remind.ts";
import type { AggregateOptions, TaskRequest } from "./requests.ts";
import { checkSame, hashOfTask, insertTask } from "./submit.ts";

export interface Batch {
  futures: readonly FutureRecord[];
  aggregate?: FutureRecord;
}

/**
 * Accepts all tasks. With an aggregate its members are born with it: derived ids, their watcher in
 * place, nothing to register; the aggregate is stored first, since a member may settle at once.
 * @throws ConflictError if an id belongs to another request; then nothing is stored
 * @throws InvalidStateError if this repeats a call that ended early, and comes too late
 */
export async function submitBatch(
  ports: Ports,
  tasks: readonly TaskRequest[],
  aggregate?: AggregateOptions,
): Promise<Batch> {
  const hashes = tasks.map(hashOfTask);
  const parent = aggregate && (await insertAggregate(ports, aggregate, hashes));
  if (!parent) await refuseTakenIds(ports, tasks, hashes);
  const futures = await inBatches([...tasks.entries()], ([index, request]) =>
    insertTask(
      ports,
      parent ? memberId(parent.id, index) : (request.id ?? ports.newId()),
      request,
      hashes[index] as string,
      parent ? [encodeWatcher(watcherOf(ports, parent, index, tasks.length))] : [],
    ),
  );
  const owing = futures.filter((each) => each.state === "pending");
  // A time limit, or a priority for its members, is owed as well; all else their reports bring about.
  const owes = parent && (parent.due !== undefined || parent.lending);
  await perform(ports, owes ? [...owing, parent] : owing);
  return parent ? { futures, aggregate: parent } : { futures };
}

/**
 * Stores the aggregate, or takes up again what an earlier call with the same request left undone.
 * The lease says until when this call may be creating members: only later may the settler find
 * that some are missing for good.
 * @throws InvalidStateError if the settler has found just that
 */
async function insertAggregate(
  ports: Ports,
  options: AggregateOptions,
  hashes: readonly string[],
): Promise<FutureRecord> {
  const id = options.id ?? ports.newId();
  await guard(ports, id);
  const { policy, timeoutSeconds, priority } = options;
  const now = ports.clock.now();
  const leaseUntil = now + BATCH_LEASE_MS;
  const record: FutureRecord = {
    id,
    kind: policy.of,
    state: "pending",
    createdAt: now,
    request: requestHash({ kind: "batch", hashes, policy, timeoutSeconds, priority }),
    turn: 0,
    attempts: 0,
    leaseUntil,
    policy,
    size: hashes.length,
    ...(hashes.length > ports.config.leafSize ? { tree: true } : {}),
    born: true,
    sealed: true,
    ...lending(priority),
    ...(timeoutSeconds === undefined ? {} : { due: now + timeoutSeconds * 1000 }),
    ...(ports.tenant === undefined ? {} : { tenant: ports.tenant }),
  };
  const written = await ports.store.insert(record);
  if (written.applied) return written.record;
  checkSame(ports, written.record, record.request);
  const again = await ports.store.update(
    id,
    { states: ["pending"] },
    { set: { leaseUntil }, add: { turn: 1 } },
  );
  if (!again.record) throw new ConflictError(id);
  if (!again.applied && again.record.error?.name === INCOMPLETE) {
    throw new InvalidStateError(id, again.record.error.message);
  }
  return again.record;
}

/**
 * A call to the API lasts 29 s at most, and clocks differ by up to two; its guard arrives after 60,
 * when the lease is surely over.
 */
const BATCH_LEASE_MS = 45_000;

/** All or nothing: looks before the first write whether an id is taken. */
async function refuseTakenIds(
  ports: Ports,
  tasks: readonly TaskRequest[],
  hashes: readonly string[],
): Promise<void> {
  const ids = tasks.flatMap((each) => (each.id === undefined ? [] : [each.id]));
  const taken = await ports.store.readMany(ids);
  for (const [index, { id }] of tasks.entries()) {
    if (id !== undefined) checkSame(ports, taken.get(id), hashes[index] as string);
  }
}
