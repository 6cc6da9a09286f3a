/**
 * What the two HTTP functions have in common: errors as problem documents, a line in the log for
 * each request, bodies that are checked.
 */
import { Hono } from "hono";
import type { Ports } from "../../core/ports.ts";
import { checkBody } from "./body.ts";
import { actFor, type HttpApp, type HttpEnv } from "./caller.ts";
import { answerError, type HttpLogger, problem } from "./problems.ts";
import { logRequests } from "./requestLog.ts";
import type { TenantClaim } from "./tenant.ts";

export interface HttpOptions {
  ports: Ports;
  logger: HttpLogger;
  /** Where callers' identities name their tenants. @default none: all callers see all futures */
  tenantClaim?: TenantClaim | undefined;
}

export function createHttpApp({ ports, logger, tenantClaim }: HttpOptions): HttpApp {
  const app = new Hono<HttpEnv>();
  app.use(logRequests(logger));
  app.use(actFor(ports, tenantClaim));
  app.use(checkBody);
  app.onError((error, c) => answerError(c, error, logger));
  app.notFound((c) =>
    problem(
      c,
      404,
      `There is no ${c.req.method} ${c.req.path}; GET /openapi.json lists all calls.`,
    ),
  );
  return app;
}
