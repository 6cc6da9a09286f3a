/**
 * `POST /gathers` and `POST /waits`: aggregates over futures that exist.
 */
import { InvalidRequestError, NotFoundError } from "../errors.ts";
import type { FutureRecord } from "../future.ts";
import { requestHash } from "../hash.ts";
import type { Policy } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { place } from "../texts.ts";
import { perform } from "./perform.ts";
import { guard } from "./remind.ts";
import type { GatherRequest, WaitRequest } from "./requests.ts";
import { checkSame, insertOnce } from "./submit.ts";

/** @throws NotFoundError, ConflictError, InvalidRequestError; then nothing is stored */
export function createGather(ports: Ports, request: GatherRequest): Promise<FutureRecord> {
  const { id, of, returnExceptions } = request;
  return createAggregate(ports, { id, of, policy: { of: "gather", returnExceptions } });
}

/**
 * Like asyncio.wait, which takes a set: a future that is named twice counts once.
 * @throws NotFoundError, ConflictError, InvalidRequestError; then nothing is stored
 */
export function createWait(ports: Ports, request: WaitRequest): Promise<FutureRecord> {
  const { id, returnWhen, timeoutSeconds } = request;
  const of = [...new Set(request.of)];
  return createAggregate(ports, { id, of, policy: { of: "wait", returnWhen }, timeoutSeconds });
}

interface AggregateRequest {
  id: string | undefined;
  of: readonly string[];
  policy: Policy;
  timeoutSeconds?: number | undefined;
}

async function createAggregate(ports: Ports, request: AggregateRequest): Promise<FutureRecord> {
  const { of, policy, timeoutSeconds } = request;
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
