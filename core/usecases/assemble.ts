/**
 * Assembling an aggregate over existing futures: it is born open, registered with each member,
 * and sealed last; only then may its policy decide.
 */
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { memberIds } from "./members.ts";
import { register } from "./register.ts";

export async function assemble(
  ports: Ports,
  aggregate: FutureRecord,
): Promise<readonly FutureRecord[]> {
  await register(ports, aggregate, 0, await memberIds(ports, aggregate));
  const sealed = await ports.store.update(
    aggregate.id,
    { states: ["pending"] },
    { set: { sealed: true } },
  );
  // Sealed or refused because it has settled: either way it owes something now.
  return sealed.record ? [sealed.record] : [];
}
