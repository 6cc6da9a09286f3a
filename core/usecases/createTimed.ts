/**
 * `POST /promises` and `POST /timers`: futures that someone else or time settles.
 */
import type { FutureRecord } from "../future.ts";
import { requestHash } from "../hash.ts";
import type { Ports } from "../ports.ts";
import { place } from "../texts.ts";
import { perform } from "./perform.ts";
import type { PromiseRequest, TimerRequest } from "./requests.ts";
import { insertOnce } from "./submit.ts";

/** As `loop.create_future()`. @throws ConflictError if the id belongs to another request */
export function createPromise(ports: Ports, request: PromiseRequest): Promise<FutureRecord> {
  const { id, timeoutSeconds } = request;
  return create(
    ports,
    "promise",
    id,
    requestHash({ kind: "promise", timeoutSeconds }),
    timeoutSeconds,
  );
}

/** As `asyncio.sleep(delay, result)`. @throws ConflictError if the id belongs to another request */
export async function createTimer(ports: Ports, request: TimerRequest): Promise<FutureRecord> {
  const id = request.id ?? ports.newId();
  const { delaySeconds, result } = request;
  const hash = requestHash({ kind: "timer", delaySeconds, result });
  const placed = await place(ports.store, id, `result#${hash}`, result);
  const stored = "at" in placed ? { resultAt: placed.at } : { result: placed.inline };
  return create(ports, "timer", id, hash, delaySeconds, stored);
}

async function create(
  ports: Ports,
  kind: "promise" | "timer",
  id: string | undefined,
  request: string,
  seconds: number | undefined,
  stored: Pick<FutureRecord, "result" | "resultAt"> = {},
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
