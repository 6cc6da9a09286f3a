/**
 * What a caller may see: with tenants, the futures of its own one. Every use case that is given an
 * id by a caller reads the future through this file; work that follows from it (perform.ts) does
 * not, since it stays among futures whose membership was checked here.
 */
import { NotFoundError } from "../errors.ts";
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";

type Reading = Pick<Ports, "store" | "tenant">;

/** Whether the caller may know of the future. */
export function isOwn({ tenant }: Pick<Ports, "tenant">, record: FutureRecord): boolean {
  return tenant === undefined || record.tenant === tenant;
}

/**
 * Reads a future that a caller named.
 * @throws NotFoundError if it does not exist, or is another tenant's: the answers are the same
 */
export async function readOwn(ports: Reading, id: string): Promise<FutureRecord> {
  const record = await ports.store.read(id);
  if (!record || !isOwn(ports, record)) throw new NotFoundError([id]);
  return record;
}

/** Those of the ids that exist for the caller, by id. */
export async function readManyOwn(
  ports: Reading,
  ids: readonly string[],
): Promise<Map<string, FutureRecord>> {
  const found = await ports.store.readMany(ids);
  for (const [id, record] of found) if (!isOwn(ports, record)) found.delete(id);
  return found;
}
