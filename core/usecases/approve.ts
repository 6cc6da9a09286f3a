/**
 * `POST /approvals/{id}`: settles a promise by its token, for whoever was sent a link.
 */
import { isToken, TOKEN } from "../approval.ts";
import { ForbiddenError } from "../errors.ts";
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { type Given, settle } from "./settle.ts";

/**
 * Settles a promise. The token is spent by that: with another outcome it is refused afterwards, with
 * the same one it is a repeat.
 * @throws ForbiddenError if it is not the promise's token; whether there is such a promise, or one
 * with a token, is not told
 * @throws InvalidStateError if it has settled otherwise: by somebody else, its timeout or a cancel
 */
export async function approve(
  ports: Ports,
  id: string,
  token: string,
  given: Given,
): Promise<FutureRecord> {
  // What cannot be a token costs no read.
  const record = TOKEN.test(token) ? await ports.store.read(id) : undefined;
  if (!isToken(token, record?.approval)) {
    const message = "is not the token of this promise, or there is no such promise";
    throw new ForbiddenError("The token does not settle this promise.", [
      { field: "token", message },
    ]);
  }
  return settle(ports, id, given);
}
