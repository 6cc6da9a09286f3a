/**
 * The access keys of the embedded cloud: one for each caller, so that a request tells who sent it.
 */
import { ACCOUNT, PARTITION } from "../identity.ts";
import type { Caller } from "./call.ts";

/** Of all keys. The gateway checks no signatures, only who signed; the HTTP API checks them. */
export const SECRET_ACCESS_KEY = "local";

export class Callers {
  readonly #byKey = new Map<string, Caller>();

  /** @param session name of its session of the role: for a function, the function's */
  add(kind: Caller["kind"], name: string, role?: string, session = name): Caller {
    // Letters and digits only: a slash would end the key id in the Authorization header.
    const accessKeyId = `LOCAL${this.#byKey.size}${name.replaceAll(/[^A-Za-z0-9]/g, "")}`;
    const arn =
      role === undefined
        ? `arn:${PARTITION}:iam::${ACCOUNT}:user/${name}`
        : sessionArn(role, session);
    const caller: Caller = { kind, name, role, arn, accessKeyId };
    this.#byKey.set(accessKeyId, caller);
    return caller;
  }

  /** @param authorization the header of a request signed by AWS's Signature Version 4 */
  of(authorization: string | undefined): Caller | undefined {
    const key = authorization && /Credential=([^/]+)\//.exec(authorization)?.[1];
    return key ? this.byKey(key) : undefined;
  }

  byKey(accessKeyId: string): Caller | undefined {
    return this.#byKey.get(accessKeyId);
  }
}

/** Who somebody is that has assumed a role. */
export function sessionArn(role: string, session: string): string {
  return `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/${role}/${session}`;
}
