/**
 * `GET /futures/{id}/tree`: a future with what it has made, and what that has made.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { awaitedIds, callId } from "../journal.ts";
import type { Ports } from "../ports.ts";
import { memberIds } from "../usecases/members.ts";
import { readOwn } from "../usecases/own.ts";
import type { TreeNode } from "../wire.ts";

/** Futures of one answer: each costs a read unit. */
export const MAX_NODES = 1000;

/** A running task has made calls that it has not told of yet: so many are looked for at a time. */
const LOOK_AHEAD = 10;

type Reading = Pick<Ports, "store" | "tenant">;

/**
 * Level by level, so that of a tree that is too large the upper part is shown.
 * @throws NotFoundError
 */
export async function readTree(
  ports: Reading,
  id: string,
  limit: number = MAX_NODES,
): Promise<TreeNode> {
  const record = await readOwn(ports, id);
  const root = nodeOf(record);
  let left = limit - 1;
  let level = [{ record, node: root }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { record, node } of level) {
      const children = await childrenOf(ports, record, left);
      left -= children.records.length;
      if (children.more) node.more = true;
      for (const each of children.records) {
        const child = nodeOf(each);
        node.children.push(child);
        next.push({ record: each, node: child });
      }
    }
    level = next;
  }
  return root;
}

interface Children {
  records: FutureRecord[];
  /** There are others, for which there was no room. */
  more: boolean;
}

async function childrenOf(ports: Reading, record: FutureRecord, room: number): Promise<Children> {
  if (record.born) {
    const size = record.size ?? record.extent ?? 0;
    return readAll(ports, await memberIds(ports, record, 0, Math.min(size, room)), size > room);
  }
  if (record.kind !== "task") return { records: [], more: false };
  const { calls = 0 } = record;
  const known = Array.from({ length: Math.min(calls, room) }, (_, call) => callId(record, call));
  const children = await readAll(ports, known, calls > room);
  const runs = record.state === "running" || (record.state === "pending" && record.attempts > 0);
  if (!runs || isTerminal(record) || children.more) return children;
  return lookAhead(ports, record, calls, room - children.records.length, children);
}

async function lookAhead(
  ports: Reading,
  record: FutureRecord,
  from: number,
  room: number,
  children: Children,
): Promise<Children> {
  for (let first = from; ; first += LOOK_AHEAD) {
    const left = room - (first - from);
    if (left <= 0) return { ...children, more: true };
    const count = Math.min(LOOK_AHEAD, left);
    const ids = Array.from({ length: count }, (_, index) => callId(record, first + index));
    const { records } = await readAll(ports, ids, false);
    children.records.push(...records);
    if (records.length < count) return children;
  }
}

async function readAll(ports: Reading, ids: readonly string[], more: boolean): Promise<Children> {
  if (ids.length === 0) return { records: [], more };
  const found = await ports.store.readMany(ids);
  return { records: ids.flatMap((id) => found.get(id) ?? []), more };
}

function nodeOf(record: FutureRecord): TreeNode {
  const { id, kind, task, state, priority, size, resumes, startedAt, settledAt } = record;
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
  return {
    id,
    kind,
    ...(task === undefined ? {} : { task }),
    state,
    ...(priority === undefined ? {} : { priority }),
    ...(size === undefined ? {} : { size }),
    ...(resumes === undefined ? {} : { resumes }),
    createdAt: iso(record.createdAt),
    ...(startedAt === undefined ? {} : { startedAt: iso(startedAt) }),
    ...(settledAt === undefined ? {} : { settledAt: iso(settledAt) }),
    ...(record.error ? { error: { name: record.error.name, message: record.error.message } } : {}),
    ...(state === "suspended" ? { awaits: awaitedIds(record) } : {}),
    children: [],
  };
}
