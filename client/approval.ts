/**
 * One-time tokens of promises: made here, so that a call which makes a promise can be repeated; the
 * deployment is given their hashes only.
 */
import type { ErrorRecord } from "../core/future.ts";
import type { AuthorizationOptions } from "./authorization.ts";
import { toJson } from "./json.ts";
import { type ForerunOptions, resolveOptions } from "./options.ts";
import { toErrorRecord } from "./outcome.ts";
import { Transport } from "./transport.ts";

/** 256 bits, as the deployment's own tokens have. */
const TOKEN_BYTES = 32;

export function newToken(): string {
  return base64url(globalThis.crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
}

/** SHA-256 of the token's text, as the deployment compares it. */
export async function tokenHash(token: string): Promise<string> {
  const bytes = new TextEncoder().encode(token);
  return base64url(new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes)));
}

/** Browsers have no Buffer. */
function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export type ApprovalOptions = Omit<ForerunOptions, keyof AuthorizationOptions> & {
  /** The promise's id. */
  id: string;
  /** The token that the promise was made with. */
  token: string;
} & (
    | { /** What it succeeds with; undefined is sent as null. */ result: unknown }
    | { /** What it fails with. */ error: Error }
  );

/**
 * Settles a promise by its token: no credentials and no other right are needed.
 *
 * @throws RequestError with `status` 403 if it is not the promise's token, or there is no such one
 * @throws InvalidStateError if it has settled otherwise; the token is spent
 * @example
 * await settleByToken({ endpoint, id, token, result: { by: "Ada" } });
 */
export async function settleByToken(options: ApprovalOptions): Promise<void> {
  const { id, token, ...rest } = options;
  const transport = new Transport(resolveOptions({ ...rest, token: undefined, sign: false }));
  const outcome: { result: unknown } | { error: ErrorRecord } =
    "error" in options
      ? { error: toErrorRecord(options.error) }
      : { result: options.result === undefined ? null : options.result };
  // In the body: addresses stand in logs and histories.
  const body = toJson({ token, ...outcome });
  await transport.call("POST", `/approvals/${encodeURIComponent(id)}`, { body });
}
