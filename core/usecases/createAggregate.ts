/**
 * `POST /gathers`, `POST /waits` and `POST /aggregates`: aggregates over futures that exist.
 */
import { InvalidRequestError, NotFoundError } from "../errors.ts";
import type { FutureRecord } from "../future.ts";
import { requestHash } from "../hash.ts";
import type { AggregateKind, Policy } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { place } from "../texts.ts";
import { perform } from "./perform.ts";
import { guard } from "./remind.ts";
import { type AggregateRequest, MAX_MEMBERS } from "./requests.ts";
import { checkSame, insertOnce } from "./submit.ts";

/**
 * Makes an aggregate. As asyncio's wait and as_completed take sets, a future that is named twice
 * counts once there.
 * @throws NotFoundError, ConflictError, InvalidRequestError; then nothing is stored
 */
export async function createAggregate(
  ports: Ports,
  request: AggregateRequest,
): Promise<FutureRecord> {
  const { policy, timeoutSeconds } = request;
  const isSet = policy.of === "wait" || policy.of === "asCompleted";
  const of = isSet ? [...new Set(request.of)] : request.of;
  checkPolicy(policy, of.length);
  const id = request.id ?? ports.newId();
  const hash = requestHash({ of, policy, timeoutSeconds });
  const existing = request.id === undefined ? undefined : await ports.store.read(id);
  checkSame(existing, hash);
  if (!existing) await checkMembers(ports, id, of);
  await guard(ports, id);
  const members = await place(ports.store, id, `of#${hash}`, JSON.stringify(of));
  const now = ports.clock.now();
  const record = await insertOnce(ports, {
    id,
    kind: policy.of,
    state: "pending",
    createdAt: now,
    request: hash,
    turn: 0,
    attempts: 0,
    policy,
    size: of.length,
    ...("at" in members ? { inputAt: members.at } : { input: members.inline }),
    ...(timeoutSeconds === undefined ? {} : { due: now + timeoutSeconds * 1000 }),
  });
  await perform(ports, [record]);
  return (await ports.store.read(id)) ?? record;
}

/** Members that each policy needs; a gather of none succeeds at once, as in asyncio. */
const NEEDS: Readonly<Record<AggregateKind, { least: number; most: number }>> = {
  gather: { least: 0, most: MAX_MEMBERS },
  taskGroup: { least: 0, most: MAX_MEMBERS },
  asCompleted: { least: 0, most: MAX_MEMBERS },
  wait: { least: 1, most: MAX_MEMBERS },
  race: { least: 1, most: MAX_MEMBERS },
  any: { least: 1, most: MAX_MEMBERS },
  some: { least: 1, most: MAX_MEMBERS },
  waitFor: { least: 1, most: 1 },
  shield: { least: 1, most: 1 },
};

/** @throws InvalidRequestError if the policy cannot be met by so many members */
export function checkPolicy(policy: Policy, members: number): void {
  const { least, most } = NEEDS[policy.of];
  if (members < least || members > most) {
    const wanted = least === most ? `exactly ${least}` : `${least} to ${most}`;
    const message = `${policy.of} takes ${wanted} futures; these are ${members}`;
    throw new InvalidRequestError([{ field: "of", message }]);
  }
  if (policy.of === "some" && (policy.count < 1 || policy.count > members)) {
    const message = `use 1 to ${members}, the number of members`;
    throw new InvalidRequestError([{ field: "count", message }]);
  }
}

async function checkMembers(ports: Ports, id: string, of: readonly string[]): Promise<void> {
  const own = of.indexOf(id);
  if (own !== -1) {
    const message = "an aggregate cannot be a member of itself; leave its id out";
    throw new InvalidRequestError([{ field: `of[${own}]`, message }]);
  }
  const found = await ports.store.readMany(of);
  const missing = of.findIndex((member) => !found.has(member));
  if (missing !== -1) throw new NotFoundError([of[missing] as string], `of[${missing}]`);
}
