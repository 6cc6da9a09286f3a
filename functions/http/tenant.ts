/**
 * Which tenant a request comes from, by what API Gateway's authorizer has verified. Nothing that the
 * caller writes into its request counts.
 */
import { ForbiddenError } from "../../core/errors.ts";

/**
 * Where a caller's identity names its tenant (docs/security.md):
 * - the name of a JWT's claim, such as `custom:tenant`;
 * - `iam:account`, the account of a caller with an IAM signature;
 * - `iam:role`, its account and role, as `123456789012/Billing`;
 * - `iam:session`, the name of its role session: only where the role's trust policy pins that.
 */
export type TenantClaim = string;

/** The part of a Lambda event of API Gateway (payload format 2.0) that tells who calls. */
export interface CallerEvent {
  /** The route of the API that let the request in. */
  routeKey?: string;
  requestContext?: {
    authorizer?: {
      jwt?: { claims?: Readonly<Record<string, unknown>> };
      iam?: { accountId?: string | null; userArn?: string | null };
    };
  };
}

/** What SQS takes as a message group, by which tenants share a band fairly. */
export const TENANT = /^[\w!-/:-@[-`{-~]{1,128}$/;

/** @throws ForbiddenError if the identity names no tenant, or none that can be one */
export function tenantOf(event: CallerEvent | undefined, claim: TenantClaim): string {
  const authorizer = event?.requestContext?.authorizer;
  const value = claim.startsWith("iam:")
    ? ofIam(authorizer?.iam ?? {}, claim)
    : ofJwt(authorizer?.jwt?.claims ?? {}, claim);
  if (value === undefined) {
    throw new ForbiddenError(
      `Your identity names no tenant: this deployment takes it from "${claim}". Call with an ` +
        "identity that has it.",
    );
  }
  if (!TENANT.test(value)) {
    throw new ForbiddenError(
      `"${claim}" of your identity cannot be a tenant: that has 1 to 128 letters, digits and ` +
        "punctuation marks.",
    );
  }
  return value;
}

function ofJwt(claims: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

type Iam = { accountId?: string | null; userArn?: string | null };

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>`; of users it is another one. */
const ASSUMED_ROLE = /^arn:[^:]+:sts::(\d+):assumed-role\/([^/]+)\/([^/]+)$/;

function ofIam({ accountId, userArn }: Iam, claim: TenantClaim): string | undefined {
  if (claim === "iam:account") return accountId ?? undefined;
  const [, account, role, session] = ASSUMED_ROLE.exec(userArn ?? "") ?? [];
  if (account === undefined) return undefined;
  return claim === "iam:role" ? `${account}/${role}` : session;
}
