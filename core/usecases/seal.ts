/**
 * `POST /futures/{id}/seal`: no member follows; from now on the policy decides.
 */
import { InvalidStateError, NotFoundError } from "../errors.ts";
import { type FutureRecord, isOpened, isTerminal } from "../future.ts";
import type { Ports } from "../ports.ts";
import { checkPolicy } from "./createAggregate.ts";
import { firstMissing } from "./extent.ts";
import { readOwn } from "./own.ts";
import { perform } from "./perform.ts";
import { guard } from "./remind.ts";
import { MAX_OPENED_MEMBERS } from "./requests.ts";

/**
 * Seals an aggregate. A repeat with the same size gives the same answer.
 * @param size the number of members
 * @throws NotFoundError
 * @throws InvalidStateError if members are missing or beyond the size, or it was sealed with another
 */
export async function seal(ports: Ports, id: string, size: number): Promise<FutureRecord> {
  const record = await readOwn(ports, id);
  const { policy } = record;
  if (!policy || !isOpened(record)) {
    throw new InvalidStateError(id, "Only an aggregate of POST /aggregates/open is sealed.");
  }
  if (record.sealed || isTerminal(record)) return sealedBefore(ports, record, size);
  checkPolicy(policy, size, MAX_OPENED_MEMBERS);
  const extent = record.extent ?? 0;
  if (extent > size) throw new InvalidStateError(id, `It has members up to number ${extent - 1}.`);
  const missing = await firstMissing(ports, id, size);
  if (missing !== undefined) throw new InvalidStateError(id, `Member ${missing} was not added.`);
  await guard(ports, id);
  const written = await ports.store.update(
    id,
    { states: ["pending"], sealed: false, extent: size },
    { set: { sealed: true, size } },
  );
  if (!written.record) throw new NotFoundError([id]);
  if (!written.applied) return sealedBefore(ports, written.record, size);
  await perform(ports, [written.record]);
  return (await ports.store.read(id)) ?? written.record;
}

/** Refused: whoever sealed it may have died before it was decided. */
async function sealedBefore(
  ports: Ports,
  record: FutureRecord,
  size: number,
): Promise<FutureRecord> {
  await perform(ports, [record]);
  if (record.sealed && record.size === size) return (await ports.store.read(record.id)) ?? record;
  const what = record.sealed
    ? `It was sealed with ${record.size} members.`
    : isTerminal(record)
      ? `It has ${record.state} already: ${record.error?.message ?? "nobody can seal it."}`
      : "A member was added meanwhile; seal it again.";
  throw new InvalidStateError(record.id, what);
}
