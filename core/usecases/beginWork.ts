/**
 * Begins work on all members of an aggregate, and does it whole if they are few.
 */
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { type MemberWork, notePage, overMembers } from "./overMembers.ts";
import { perform } from "./perform.ts";

export async function beginWork(
  ports: Ports,
  record: FutureRecord,
  work: MemberWork,
  again = false,
): Promise<void> {
  const owing = await overMembers(ports, record, work, again);
  await perform(ports, owing);
  if (owing.length > 0) await notePage(ports, record, work, 0);
}
