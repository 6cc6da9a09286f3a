/**
 * `POST /tasks`: the record, then the message, then the permit; only then the answer.
 */
import { ConflictError } from "../errors.ts";
import type { FutureRecord } from "../future.ts";
import { requestHash } from "../hash.ts";
import type { Ports } from "../ports.ts";
import { fitsInline, fitsTable, inputFields, place } from "../texts.ts";
import { isOwn } from "./own.ts";
import { perform } from "./perform.ts";
import type { TaskRequest } from "./requests.ts";

/**
 * Accepts a task. A repeat with the same id and request gives the same future, and if that is
 * still pending sends its message and permit again, since the first call may have died between
 * record and message.
 * @throws ConflictError if the id belongs to another request
 */
export async function submit(ports: Ports, request: TaskRequest): Promise<FutureRecord> {
  const id = request.id ?? ports.newId();
  const hash = hashOfTask(request);
  // A large input is written before the record; look first, so that a refused request leaves none.
  if (
    request.id !== undefined &&
    !fitsInline(request.input) &&
    fitsTable(ports.config, request.input)
  ) {
    checkSame(ports, await ports.store.read(id), hash);
  }
  const record = await insertTask(ports, id, request, hash);
  if (record.state === "pending") await perform(ports, [record]);
  return record;
}

/** Stores a task, or gives the one that is there for the same request. */
export async function insertTask(
  ports: Ports,
  id: string,
  request: TaskRequest,
  hash: string,
  watchers: readonly string[] = [],
): Promise<FutureRecord> {
  // What goes to the bucket is worth a look: the first call's input may be there, or done with.
  const there = fitsTable(ports.config, request.input) ? undefined : await ports.store.read(id);
  checkSame(ports, there, hash);
  if (there) return there;
  const input = await place(ports, { id, kind: "input", tag: hash }, request.input);
  const now = ports.clock.now();
  return insertOnce(ports, {
    id,
    kind: "task",
    state: "pending",
    createdAt: now,
    request: hash,
    turn: 0,
    attempts: 0,
    task: request.task,
    priority: request.priority,
    ...inputFields(input),
    ...(request.delaySeconds ? { due: now + request.delaySeconds * 1000 } : {}),
    ...(request.tenant === undefined ? {} : { tenant: request.tenant }),
    ...(request.timeoutSeconds === undefined ? {} : { timeoutSeconds: request.timeoutSeconds }),
    ...(request.retry === undefined ? {} : { retry: request.retry }),
    ...(request.pool === undefined ? {} : { pool: request.pool }),
    ...(request.notify === undefined ? {} : { notify: request.notify }),
    ...(watchers.length === 0 ? {} : { watchers }),
  });
}

/**
 * What makes two requests for tasks the same. The id is not part of it, nor is what the definition
 * adds: a repeat may come after a deployment that has changed that.
 */
export function hashOfTask({ id: _, pool: _pool, notify: _n, ...request }: TaskRequest): string {
  return requestHash({ kind: "task", ...request });
}

/** @throws ConflictError if the record was made by another request, or by another tenant's */
export function checkSame(
  ports: Pick<Ports, "tenant">,
  record: FutureRecord | undefined,
  hash: string,
): void {
  if (record && (record.request !== hash || !isOwn(ports, record))) {
    throw new ConflictError(record.id);
  }
}

/** Stores a new future; gives the one that is there if the same request made it. */
export async function insertOnce(ports: Ports, record: FutureRecord): Promise<FutureRecord> {
  const { tenant } = ports;
  const trace = ports.trace?.();
  const written = await ports.store.insert({
    ...record,
    ...(tenant === undefined ? {} : { tenant }),
    ...(trace === undefined ? {} : { trace }),
  });
  if (written.applied) return written.record;
  checkSame(ports, written.record, record.request);
  // Refused and yet gone: it expired in this instant.
  if (!written.record) throw new ConflictError(record.id);
  return written.record;
}
