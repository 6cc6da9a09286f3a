/**
 * Which messages of a batch are done, by what the function answered to it.
 */
import { isObject } from "../json.ts";

/**
 * As AWS reads an answer of a mapping that reports batch item failures: nothing at all, or no
 * failures, means that all are done; an answer that cannot be understood, or that names a message
 * which was not in the batch, means that none is.
 * @param payload JSON text
 * @param ids the messages of the batch
 * @returns the ids that are done
 */
export function doneMessages(payload: string, ids: readonly string[]): readonly string[] {
  const answer: unknown = JSON.parse(payload);
  if (answer === null) return ids;
  if (!isObject(answer)) return [];
  const failures = answer.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return [];
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = isObject(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== "string" || !ids.includes(id)) return [];
    failed.add(id);
  }
  return ids.filter((id) => !failed.has(id));
}
