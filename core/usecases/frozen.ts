/**
 * Reports on which an aggregate was decided: in its item when they are few, and otherwise in pages
 * that are written once, before the state becomes visible.
 */
import type { Frozen, FutureRecord } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";

/** Codes on a page; at seven characters each about 14 KB. */
const PAGE_CODES = 2000;

/** Every decider has pages of its own: another may have seen other reports. */
export async function freeze(
  ports: Ports,
  id: string,
  codes: readonly number[],
): Promise<{ decided?: readonly number[]; decidedAt?: Frozen }> {
  if (codes.length <= ports.config.inlineReports) return { decided: codes };
  const name = `decided#${ports.newId()}`;
  const pages = Array.from({ length: pagesOf(codes.length) }, (_, page) => page);
  await inBatches(pages, (page) => {
    const part = codes.slice(page * PAGE_CODES, (page + 1) * PAGE_CODES);
    return ports.store.putBlob(id, `${name}#${page}`, JSON.stringify(part));
  });
  return { decidedAt: { name, count: codes.length } };
}

/** The number of frozen reports; undefined if the outcome rests on all members. */
export function frozenCount({ decided, decidedAt }: FutureRecord): number | undefined {
  return decidedAt?.count ?? decided?.length;
}

/** Frozen reports from one place to another, in their order. */
export async function frozen(
  ports: Pick<Ports, "store">,
  { id, decided, decidedAt }: FutureRecord,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): Promise<readonly number[]> {
  if (!decidedAt) return (decided ?? []).slice(from, to);
  const end = Math.min(to, decidedAt.count);
  const first = Math.floor(from / PAGE_CODES);
  const pages = Array.from(
    { length: Math.max(0, pagesOf(end) - first) },
    (_, index) => first + index,
  );
  const texts = await inBatches(pages, (page) => ports.store.blob(id, `${decidedAt.name}#${page}`));
  const codes = texts.flatMap((text) => JSON.parse(text ?? "[]") as number[]);
  return codes.slice(from - first * PAGE_CODES, end - first * PAGE_CODES);
}

function pagesOf(codes: number): number {
  return Math.ceil(codes / PAGE_CODES);
}
