/**
 * `POST /futures/{id}/cancel`.
 */
import { isTerminal } from "../future.ts";
import type { Ports } from "../ports.ts";
import { cancelOne } from "./cancelOne.ts";
import { readOwn } from "./own.ts";
import { perform } from "./perform.ts";
import { guard } from "./remind.ts";

/**
 * Requests cancellation, as asyncio's `Future.cancel()` and `Task.cancel()`.
 * @returns whether the request was accepted: false if the future had settled
 * @throws NotFoundError
 */
export async function cancel(ports: Ports, id: string): Promise<boolean> {
  const record = await readOwn(ports, id);
  if (isTerminal(record)) {
    // Another canceller may have died after its write: whoever is refused performs what is owed.
    await perform(ports, [record]);
    return false;
  }
  await guard(ports, id);
  const answer = await cancelOne(ports, record, ports.newId());
  await perform(ports, [answer.record]);
  return answer.cancelled;
}
