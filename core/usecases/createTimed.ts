/**
 * `POST /promises` and `POST /timers`: futures that someone else or time settles.
 */
import { newToken, tokenHash } from "../approval.ts";
import type { FutureRecord } from "../future.ts";
import { requestHash } from "../hash.ts";
import type { Ports } from "../ports.ts";
import { resultFields } from "../settlement.ts";
import { fitsInline, place } from "../texts.ts";
import { perform } from "./perform.ts";
import type { PromiseRequest, TimerRequest } from "./requests.ts";
import { checkSame, insertOnce } from "./submit.ts";

export interface MadePromise {
  record: FutureRecord;
  /** The token, if one was asked for, and if this very call has made the promise. */
  token?: string;
}

/**
 * As `loop.create_future()`. A token that is made here is shown once: of a repeat it is not known
 * any more. A caller that must be able to repeat its call makes the token and gives its hash.
 * @throws ConflictError if the id belongs to another request
 */
export async function createPromise(ports: Ports, request: PromiseRequest): Promise<MadePromise> {
  const { id, timeoutSeconds } = request;
  const wanted = request.token === true;
  const token = wanted ? newToken() : undefined;
  const approval = token === undefined ? request.tokenHash : tokenHash(token);
  const hash = requestHash({
    kind: "promise",
    timeoutSeconds,
    ...(wanted ? { token: true } : {}),
    tokenHash: request.tokenHash,
  });
  const stored = approval === undefined ? {} : { approval };
  const record = await create(ports, "promise", id, hash, timeoutSeconds, stored);
  return token !== undefined && record.approval === approval ? { record, token } : { record };
}

/** As `asyncio.sleep(delay, result)`. @throws ConflictError if the id belongs to another request */
export async function createTimer(ports: Ports, request: TimerRequest): Promise<FutureRecord> {
  const id = request.id ?? ports.newId();
  const { delaySeconds, result } = request;
  const hash = requestHash({ kind: "timer", delaySeconds, result });
  // A large result is written before the record; look first, so that a refused request leaves none.
  if (request.id !== undefined && !fitsInline(result)) {
    checkSame(ports, await ports.store.read(id), hash);
  }
  const placed = await place(ports, { id, kind: "result", tag: hash }, result);
  return create(ports, "timer", id, hash, delaySeconds, resultFields(placed));
}

async function create(
  ports: Ports,
  kind: "promise" | "timer",
  id: string | undefined,
  request: string,
  seconds: number | undefined,
  stored: Pick<FutureRecord, "result" | "resultAt" | "resultObject" | "approval"> = {},
): Promise<FutureRecord> {
  const now = ports.clock.now();
  const record = await insertOnce(ports, {
    id: id ?? ports.newId(),
    kind,
    state: "pending",
    createdAt: now,
    request,
    turn: 0,
    attempts: 0,
    ...stored,
    ...(seconds === undefined ? {} : { due: now + seconds * 1000 }),
  });
  if (record.state === "pending") await perform(ports, [record]);
  return record;
}
