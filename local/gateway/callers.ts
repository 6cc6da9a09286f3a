/**
 * The access keys of the embedded cloud: one for each caller, so that a request tells who sent it.
 */
import type { Caller } from "./call.ts";

/** Signatures are not checked, only who signed. */
export const SECRET_ACCESS_KEY = "local";

export class Callers {
  readonly #byKey = new Map<string, Caller>();

  add(kind: Caller["kind"], name: string, role?: string): Caller {
    // Letters and digits only: a slash would end the key id in the Authorization header.
    const accessKeyId = `LOCAL${this.#byKey.size}${name.replaceAll(/[^A-Za-z0-9]/g, "")}`;
    const caller: Caller = { kind, name, role, accessKeyId };
    this.#byKey.set(accessKeyId, caller);
    return caller;
  }

  /** @param authorization the header of a request signed by AWS's Signature Version 4 */
  of(authorization: string | undefined): Caller | undefined {
    const key = authorization && /Credential=([^/]+)\//.exec(authorization)?.[1];
    return key ? this.#byKey.get(key) : undefined;
  }
}
