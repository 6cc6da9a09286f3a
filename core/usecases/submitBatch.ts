/**
 * `POST /tasks/batch`: many tasks in one call, on wish with a gather over them.
 */
import { type FutureRecord, memberId } from "../future.ts";
import { requestHash } from "../hash.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { encodeWatcher } from "../tally.ts";
import { perform } from "./perform.ts";
import { guard } from "./remind.ts";
import type { GatherOptions, TaskRequest } from "./requests.ts";
import { checkSame, hashOfTask, insertOnce, insertTask } from "./submit.ts";

export interface Batch {
  futures: readonly FutureRecord[];
  gather?: FutureRecord;
}

/**
 * Accepts all tasks. With a gather its members are born with it: derived ids, their watcher in
 * place, nothing to register; the gather is stored first, since a member may settle at once.
 * @throws ConflictError if an id belongs to another request; then nothing is stored
 */
export async function submitBatch(
  ports: Ports,
  tasks: readonly TaskRequest[],
  gather?: GatherOptions,
): Promise<Batch> {
  const hashes = tasks.map(hashOfTask);
  const parent = gather && (await insertGather(ports, gather, hashes));
  if (!parent) await refuseTakenIds(ports, tasks, hashes);
  const futures = await inBatches([...tasks.entries()], ([index, request]) =>
    insertTask(
      ports,
      parent ? memberId(parent.id, index) : (request.id ?? ports.newId()),
      request,
      hashes[index] as string,
      parent ? [encodeWatcher({ aggregate: parent.id, member: index })] : [],
    ),
  );
  await perform(
    ports,
    futures.filter((each) => each.state === "pending"),
  );
  return parent ? { futures, gather: parent } : { futures };
}

async function insertGather(
  ports: Ports,
  options: GatherOptions,
  hashes: readonly string[],
): Promise<FutureRecord> {
  const id = options.id ?? ports.newId();
  await guard(ports, id);
  return insertOnce(ports, {
    id,
    kind: "gather",
    state: "pending",
    createdAt: ports.clock.now(),
    request: requestHash({ kind: "batch", hashes, returnExceptions: options.returnExceptions }),
    turn: 0,
    attempts: 0,
    policy: { of: "gather", returnExceptions: options.returnExceptions },
    size: hashes.length,
    born: true,
    sealed: true,
  });
}

/** All or nothing: looks before the first write whether an id is taken. */
async function refuseTakenIds(
  ports: Ports,
  tasks: readonly TaskRequest[],
  hashes: readonly string[],
): Promise<void> {
  const ids = tasks.flatMap((each) => (each.id === undefined ? [] : [each.id]));
  const taken = await ports.store.readMany(ids);
  for (const [index, { id }] of tasks.entries()) {
    if (id !== undefined) checkSame(taken.get(id), hashes[index] as string);
  }
}
