/**
 * The members of an aggregate: derived ids if they were born with it, a stored list otherwise.
 */
import { type FutureRecord, memberId } from "../future.ts";
import type { Ports } from "../ports.ts";
import { fetchText } from "../texts.ts";

/** The members' ids, in argument order. */
export async function memberIds(
  ports: Pick<Ports, "store">,
  record: FutureRecord,
): Promise<readonly string[]> {
  if (record.born) {
    return Array.from({ length: record.size ?? 0 }, (_, member) => memberId(record.id, member));
  }
  const text = await fetchText(ports.store, record.id, record.input, record.inputAt);
  return text === undefined ? [] : (JSON.parse(text) as string[]);
}
