/**
 * An aggregate that its caller began to fill and did not seal in time: it must not wait for ever.
 */
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { isWatched, settlement } from "../settlement.ts";

export async function abandon(
  ports: Ports,
  record: FutureRecord,
): Promise<readonly FutureRecord[]> {
  const seconds = Math.round(((record.openUntil ?? 0) - record.createdAt) / 1000);
  const message = `It was not sealed within ${seconds} s; its members, ${record.extent ?? 0} so far, go on.`;
  const change = settlement(
    ports.config,
    { state: "failed", error: { name: "UnsealedError", message } },
    ports.clock.now(),
    { watched: isWatched(record), left: !record.born },
  );
  const when = { states: ["pending"], sealed: false } as const;
  const written = await ports.store.update(record.id, when, change);
  // Refused: it was sealed just before, and may owe something as it stands.
  return written.record ? [written.record] : [];
}
