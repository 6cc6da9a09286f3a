/**
 * From a settled future's record to what `await` gives or throws.
 */
import type { ErrorRecord } from "../core/future.ts";
import type { Future } from "../core/wire.ts";
import { CancelledError, RemoteError, TimeoutError } from "./errors.ts";

/** Longer chains of causes are cut: no server of ours sends them. */
const MAX_CAUSES = 20;

/** The error again, causes included. Names that are not the SDK's own become a RemoteError. */
export function rebuildError(record: ErrorRecord, futureId?: string, depth = 0): Error {
  const { name, message, cause, errors } = record;
  const options = {
    ...(futureId === undefined ? {} : { futureId }),
    ...(cause && depth < MAX_CAUSES ? { cause: rebuildError(cause, undefined, depth + 1) } : {}),
  };
  if (name === "CancelledError") return new CancelledError(message, options);
  if (name === "TimeoutError") return new TimeoutError(message, options);
  if (!errors || depth >= MAX_CAUSES) return new RemoteError(name, message, options);
  const grouped = errors.map((each) => rebuildError(each, undefined, depth + 1));
  return new RemoteError(name, message, { ...options, errors: grouped });
}

/** The error that a settled future ended with; undefined if it succeeded. */
export function errorOf(future: Future): Error | undefined {
  if (future.state === "succeeded") return undefined;
  return rebuildError(future.error ?? { name: "Error", message: "" }, future.id);
}

/**
 * The value of a future that has succeeded. Where a gather with `returnExceptions` had a member
 * fail, the rebuilt error stands in its place.
 */
export function resultOf(future: Future): unknown {
  const { result, exceptions } = future;
  if (!exceptions?.length || !Array.isArray(result)) return result;
  const failed = new Set(exceptions);
  return result.map((each: unknown, index) =>
    failed.has(index) ? rebuildError((each as { error: ErrorRecord }).error) : each,
  );
}

/** What is sent for an error: name and message. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof Error) return { name: error.name || "Error", message: error.message };
  return { name: "Error", message: String(error) };
}
