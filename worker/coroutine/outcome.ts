/**
 * From a settled future's record to what `await` gives or throws in a coroutine.
 */
import type { ErrorRecord, FutureRecord } from "../../core/future.ts";
import type { Ports } from "../../core/ports.ts";
import { cancelledError } from "../../core/view/errors.ts";
import { listLength, outcomeOf, resultItems } from "../../core/view/outcome.ts";
import type { ResultItem } from "../../core/wire.ts";
import { CancelledError, RemoteError, TimeoutError } from "../errors.ts";

export type Outcome = { value: unknown } | { error: Error };

/** Items of an aggregate that are read together. */
const PAGE = 1000;

/** @param record undefined: it is gone, or was never there */
export async function readOutcome(
  ports: Ports,
  id: string,
  record: FutureRecord | undefined,
): Promise<Outcome> {
  if (!record) {
    return { error: new RemoteError("NotFoundError", `No such future: ${id}.`, { futureId: id }) };
  }
  if (record.state !== "succeeded") {
    return { error: toError(record.error ?? cancelledError(record.id), record.id) };
  }
  const budget = { bytes: Number.POSITIVE_INFINITY, whole: true };
  const { result, exceptions, paged } = await outcomeOf(ports, record, budget);
  if (paged) return { value: await readList(ports, record) };
  if (!exceptions?.length || !Array.isArray(result)) return { value: result ?? null };
  const failed = new Set(exceptions);
  const list = result.map((each: unknown, index) =>
    failed.has(index) ? toError((each as { error: ErrorRecord }).error) : each,
  );
  return { value: list };
}

async function readList(ports: Ports, record: FutureRecord): Promise<unknown[]> {
  const values: unknown[] = [];
  const length = listLength(record);
  while (values.length < length) {
    const to = Math.min(length, values.length + PAGE);
    const budget = { bytes: Number.POSITIVE_INFINITY, whole: true };
    const items = await resultItems(ports, record, values.length, to, budget);
    if (items.length === 0) break;
    values.push(...(await Promise.all(items.map((each) => itemValue(ports, each)))));
  }
  return values;
}

async function itemValue(ports: Ports, { id, result, error, paged }: ResultItem): Promise<unknown> {
  if (error) return toError(error, id);
  if (!paged) return result;
  const outcome = await readOutcome(ports, id, await ports.store.read(id));
  return "value" in outcome ? outcome.value : outcome.error;
}

/** The error again, causes included. Names that are not the worker's own become a RemoteError. */
export function toError(record: ErrorRecord, futureId?: string): Error {
  const { name, message, cause, errors } = record;
  const options = cause ? { cause: toError(cause) } : {};
  if (name === "CancelledError") return new CancelledError(message, options);
  if (name === "TimeoutError") return new TimeoutError(message, options);
  return new RemoteError(name, message, {
    ...options,
    ...(futureId === undefined ? {} : { futureId }),
    ...(errors ? { errors: errors.map((each) => toError(each)) } : {}),
  });
}
