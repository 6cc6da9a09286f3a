/**
 * On whose behalf a request acts: handlers take their ports from here (`c.var.ports`) and have no
 * others, so that none forgets whose futures it may see.
 */
import type { Hono, MiddlewareHandler } from "hono";
import { ConfigurationError, ForbiddenError } from "../../core/errors.ts";
import type { Ports } from "../../core/ports.ts";
import { type CallerEvent, type TenantClaim, tenantOf } from "./tenant.ts";

/** What handlers find in their context; `Bindings` is how Hono hands over the Lambda event. */
export interface HttpEnv {
  Bindings: { event?: CallerEvent };
  Variables: { ports: Ports };
}

export type HttpApp = Hono<HttpEnv>;

/**
 * Calls that belong to no tenant: descriptions of the deployment, and approvals, whose right is the
 * token. All others need one: a call that is added later as well, unless it is named here.
 */
const OF_NOBODY = [/^\/openapi\.json$/, /^\/bands$/, /^\/approvals\//];

/** What API Gateway lets in without asking who calls (infra/api.ts), and the paths that it is for. */
const PUBLIC_ROUTE = "POST /approvals/{id}";
const PUBLIC_PATH = /^\/approvals\/[^/]+$/;

/**
 * The gateway chose the route by the path as it was sent. One with encoded slashes and dots
 * (`/approvals/..%2Ftasks`) may be another path once decoded, and must not come in by that route.
 */
function checkRoute({ routeKey }: CallerEvent, path: string): void {
  if (routeKey !== PUBLIC_ROUTE || PUBLIC_PATH.test(path)) return;
  throw new ForbiddenError("This path needs an identity; send it without encoded slashes.");
}

/** @param claim absent: the deployment has no tenants */
export function actFor(ports: Ports, claim: TenantClaim | undefined): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    checkRoute(c.env?.event ?? {}, c.req.path);
    const free = claim === undefined || OF_NOBODY.some((path) => path.test(c.req.path));
    c.set("ports", free ? ports : { ...ports, tenant: tenantOf(c.env?.event, claim) });
    await next();
  };
}

/**
 * The tenant of a task: the caller's, where callers have one.
 * @param at where the task stands in the request, such as `tasks[3].`
 * @throws ForbiddenError if the request names another
 */
export function tenantOfTask(
  { tenant }: Pick<Ports, "tenant">,
  given: string | undefined,
  at = "",
): string | undefined {
  if (tenant === undefined || given === undefined || given === tenant) return tenant ?? given;
  const message = `you act for the tenant "${tenant}" only; leave it out`;
  throw new ForbiddenError("A task of another tenant.", [{ field: `${at}tenant`, message }]);
}

const IAM_CLAIMS = ["iam:account", "iam:role", "iam:session"];

/**
 * Reads the claim from a function's environment.
 * @throws ConfigurationError if it is none that is known
 */
export function readTenantClaim(env: Record<string, string | undefined>): TenantClaim | undefined {
  const claim = env.FORERUN_TENANT_CLAIM;
  if (!claim) return undefined;
  if (claim.startsWith("iam:") && !IAM_CLAIMS.includes(claim)) {
    throw new ConfigurationError(
      `FORERUN_TENANT_CLAIM is "${claim}"; use ${IAM_CLAIMS.join(", ")} or the name of a JWT's claim.`,
    );
  }
  return claim;
}
