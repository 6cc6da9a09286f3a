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
 * @param token names the request: who repeats it, not knowing what became of it, gets its answer
 * @returns whether the request was accepted: false if the future had settled
 * @throws NotFoundError
 */
export async function cancel(
  ports: Ports,
  id: string,
  token: string = ports.newId(),
): Promise<boolean> {
  const record = await readOwn(ports, id);
  if (isTerminal(record)) {
    // Another canceller may have died after its write: whoever is refused performs what is owed.
    await perform(ports, [record]);
    return record.state === "cancelled" && record.token === token;
  }
  await guard(ports, id);
  const answer = await cancelOne(ports, record, token);
  await perform(ports, [answer.record]);
  return answer.cancelled;
}
