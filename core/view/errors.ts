/**
 * Errors as callers see them.
 */
import type { ErrorRecord } from "../future.ts";

/** The error of a cancelled future: it is not stored, since the state says it all. */
export function cancelledError(id: string): ErrorRecord {
  return { name: "CancelledError", message: `The future ${id} was cancelled.` };
}
