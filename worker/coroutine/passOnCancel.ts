/**
 * A cancellation of a coroutine that runs: as in asyncio it goes to what is awaited first; only if
 * none of that accepts it does the code hear of it, at the await that has lasted longest.
 */
import type { FutureRecord } from "../../core/future.ts";
import { type AwaitKey, isBelow } from "../../core/journal.ts";
import { inBatches } from "../../core/parallel.ts";
import type { Ports } from "../../core/ports.ts";
import { askAwaited } from "../../core/usecases/askAwaited.ts";
import { perform } from "../../core/usecases/perform.ts";
import { guard } from "../../core/usecases/remind.ts";
import { CancelledError } from "../errors.ts";
import type { Ledger } from "./ledger.ts";
import type { Waits } from "./waits.ts";

export interface PassedOn {
  /** The request's token. */
  asked: string;
  /** The await whose code is to hear of it. */
  tell?: AwaitKey;
}

/**
 * @param heeded the request that has been dealt with, by its token
 * @returns undefined if there is none, or no other
 */
export async function passOnCancel(
  ports: Ports,
  { id }: FutureRecord,
  { waits, ledger }: { waits: Waits; ledger: Ledger },
  heeded: string | undefined,
): Promise<PassedOn | undefined> {
  const current = await ports.store.read(id);
  const asked = current?.asked;
  if (!current?.cancel || asked === undefined || asked === heeded) return undefined;
  const { journal, steps } = ledger;
  steps.abort(new CancelledError(`${id} was cancelled.`));
  // Whoever dies now leaves no trace of having asked them, unless they are calls of its own.
  const others = [...waits.ids].filter((each) => !isBelow(each, id));
  await inBatches(others, (each) => guard(ports, each));
  const { accepted, records, owing } = await askAwaited(ports, [...waits.ids], asked);
  await perform(ports, owing);
  for (const each of records) journal.records.set(each.id, each);
  const [tell] = waits.keys;
  // A step has been told by its signal.
  return accepted || steps.isRunning || tell === undefined ? { asked } : { asked, tell };
}
