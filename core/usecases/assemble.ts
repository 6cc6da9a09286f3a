/**
 * Assembling an aggregate over existing futures: it is born open, registered with each member,
 * and sealed last; only then may its policy decide.
 */
import { type FutureRecord, isCall } from "../future.ts";
import type { Ports } from "../ports.ts";
import { memberIds } from "./members.ts";
import { register } from "./register.ts";

export async function assemble(
  ports: Ports,
  aggregate: FutureRecord,
): Promise<readonly FutureRecord[]> {
  const ids = await memberIds(ports, aggregate);
  // A coroutine's own were made together with it, and have their watcher in place: see first.
  const known = isCall(aggregate) ? await ports.store.readMany(ids) : undefined;
  await register(ports, aggregate, 0, ids, known);
  const sealed = await ports.store.update(
    aggregate.id,
    { states: ["pending"] },
    { set: { sealed: true } },
  );
  // Sealed or refused because it has settled: either way it owes something now.
  return sealed.record ? [sealed.record] : [];
}
