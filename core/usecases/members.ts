/**
 * The members of an aggregate: derived ids if they were born with it; otherwise a list, in the item
 * when it is small, and in pages beside it when it is not.
 */
import { type FutureRecord, memberId } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { fitsInline } from "../texts.ts";

/** Ids on a page; as UUIDs about 10 KB. */
export const PAGE_IDS = 250;

/** How the list of members is stored, for the record. */
export async function placeIds(
  ports: Pick<Ports, "store">,
  id: string,
  name: string,
  ids: readonly string[],
): Promise<Pick<FutureRecord, "input" | "inputAt">> {
  const text = JSON.stringify(ids);
  if (fitsInline(text)) return { input: text };
  await inBatches([...Array(Math.ceil(ids.length / PAGE_IDS)).keys()], (page) =>
    ports.store.putBlob(id, pageName(name, page), pageText(ids, page)),
  );
  return { inputAt: name };
}

export function pageName(name: string, page: number): string {
  return `${name}#${page}`;
}

export function pageText(ids: readonly string[], page: number): string {
  return JSON.stringify(ids.slice(page * PAGE_IDS, (page + 1) * PAGE_IDS));
}

/** The members' ids from one number to another, in argument order. */
export async function memberIds(
  ports: Pick<Ports, "store">,
  record: FutureRecord,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  const end = Math.min(to, record.size ?? record.extent ?? 0);
  if (record.born) {
    const count = Math.max(0, end - from);
    return Array.from({ length: count }, (_, index) => memberId(record.id, from + index));
  }
  const name = record.inputAt;
  if (name === undefined) {
    return (JSON.parse(record.input ?? "[]") as string[]).slice(from, end);
  }
  const first = Math.floor(from / PAGE_IDS);
  const pages = Array.from(
    { length: Math.max(0, Math.ceil(end / PAGE_IDS) - first) },
    (_, index) => first + index,
  );
  const texts = await inBatches(pages, (page) => ports.store.blob(record.id, pageName(name, page)));
  const ids = texts.flatMap((text) => JSON.parse(text ?? "[]") as string[]);
  return ids.slice(from - first * PAGE_IDS, end - first * PAGE_IDS);
}

export async function memberIdAt(
  ports: Pick<Ports, "store">,
  record: FutureRecord,
  member: number,
): Promise<string | undefined> {
  return (await memberIds(ports, record, member, member + 1))[0];
}

/** The ids of members by their numbers, in any order; only pages that hold one are read. */
export async function memberIdsOf(
  ports: Pick<Ports, "store">,
  record: FutureRecord,
  members: readonly number[],
): Promise<readonly string[]> {
  if (record.born) return members.map((member) => memberId(record.id, member));
  const wanted = [...new Set(members.map((member) => Math.floor(member / PAGE_IDS)))];
  const pages = await inBatches(wanted, (page) =>
    memberIds(ports, record, page * PAGE_IDS, (page + 1) * PAGE_IDS),
  );
  const byNumber = new Map(wanted.map((page, index) => [page, pages[index]]));
  return members.map(
    (member) => byNumber.get(Math.floor(member / PAGE_IDS))?.[member % PAGE_IDS] ?? "",
  );
}
