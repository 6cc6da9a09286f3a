/**
 * `POST /gathers`, `POST /waits` and `POST /aggregates`: aggregates over futures that exist.
 */
import { InvalidRequestError, NotFoundError } from "../errors.ts";
import { type FutureRecord, isOpened, isTerminal } from "../future.ts";
import { requestHash } from "../hash.ts";
import type { AggregateKind, Policy } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { lending } from "./lend.ts";
import { placeIds } from "./members.ts";
import { readManyOwn } from "./own.ts";
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
  const { policy, timeoutSeconds, priority } = request;
  const isSet = policy.of === "wait" || policy.of === "asCompleted";
  const of = isSet ? [...new Set(request.of)] : request.of;
  checkPolicy(policy, of.length);
  const id = request.id ?? ports.newId();
  const hash = requestHash({ of, policy, timeoutSeconds, priority });
  const existing = request.id === undefined ? undefined : await ports.store.read(id);
  checkSame(ports, existing, hash);
  if (!existing) await checkMembers(ports, id, of);
  await guard(ports, id);
  const members = await placeIds(ports, id, `of#${hash}`, of);
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
    ...(of.length > ports.config.leafSize ? { tree: true } : {}),
    ...members,
    ...lending(priority),
    ...(timeoutSeconds === undefined ? {} : { due: now + timeoutSeconds * 1000 }),
  });
  await perform(ports, [record]);
  return (await ports.store.read(id)) ?? record;
}

/** Members that each policy needs; a gather of none succeeds at once, as in asyncio. */
const LEAST: Readonly<Record<AggregateKind, number>> = {
  gather: 0,
  taskGroup: 0,
  asCompleted: 0,
  wait: 1,
  race: 1,
  any: 1,
  some: 1,
  waitFor: 1,
  shield: 1,
};

/** @throws InvalidRequestError if the policy cannot be met by so many members */
export function checkPolicy(policy: Policy, members: number, limit = MAX_MEMBERS): void {
  const least = LEAST[policy.of];
  const most = policy.of === "waitFor" || policy.of === "shield" ? 1 : limit;
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

/**
 * Checks that futures can be members of an aggregate: they exist, none is the aggregate itself, and
 * none is still being filled, since of two such aggregates each could be made a member of the other.
 * @returns the members by their ids
 * @throws InvalidRequestError, NotFoundError
 */
export async function checkMembers(
  ports: Ports,
  id: string,
  of: readonly string[],
): Promise<ReadonlyMap<string, FutureRecord>> {
  const own = of.indexOf(id);
  if (own !== -1) {
    const message = "an aggregate cannot be a member of itself; leave its id out";
    throw new InvalidRequestError([{ field: `of[${own}]`, message }]);
  }
  const found = await readManyOwn(ports, of);
  const missing = of.findIndex((member) => !found.has(member));
  if (missing !== -1) throw new NotFoundError([of[missing] as string], `of[${missing}]`);
  const open = of.findIndex((member) => {
    const record = found.get(member);
    return record && isOpened(record) && !record.sealed && !isTerminal(record);
  });
  if (open !== -1) {
    const message = "it is still open; seal it before another aggregate takes it as a member";
    throw new InvalidRequestError([{ field: `of[${open}]`, message }]);
  }
  return found;
}
