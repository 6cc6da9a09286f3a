/**
 * What a coroutine does to futures that exist; each is a step, whose answer is recorded.
 */

import { NotFoundError } from "../../core/errors.ts";
import type { ErrorRecord } from "../../core/future.ts";
import { inBatches } from "../../core/parallel.ts";
import type { Ports } from "../../core/ports.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { move } from "../../core/usecases/move.ts";
import { settle } from "../../core/usecases/settle.ts";

/** @param step its id, by which a repeat of it is known */
export async function operate(
  ports: Ports,
  step: string,
  name: string,
  id: string,
  argument: unknown,
): Promise<unknown> {
  switch (name) {
    case "cancel":
      return cancel(ports, id, step);
    case "cancelAll":
      return cancelAll(ports, step, argument as string[]);
    case "move":
      await move(ports, id, argument as number);
      return null;
    case "settle":
      await settle(ports, id, { result: JSON.stringify(argument ?? null) });
      return null;
    case "reject":
      await settle(ports, id, { error: argument as ErrorRecord });
      return null;
    default:
      throw new TypeError(`No operation is named ${name}.`);
  }
}

/** @returns ids of those that accept it */
async function cancelAll(
  ports: Ports,
  step: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const answers = await inBatches(ids, (id) =>
    cancel(ports, id, step).catch((error: unknown) => {
      // What has expired is over.
      if (error instanceof NotFoundError) return false;
      throw error;
    }),
  );
  return ids.filter((_, index) => answers[index]);
}
