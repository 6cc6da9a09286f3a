/**
 * What the two HTTP functions have in common: errors as problem documents, a line in the log for
 * each request, bodies that are checked.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { InvalidRequestError } from "../../core/errors.ts";
import type { Ports } from "../../core/ports.ts";
import { checkBody } from "./body.ts";
import { actFor, type HttpApp, type HttpEnv } from "./caller.ts";
import { fieldErrors } from "./issues.ts";
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
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook(result) {
      if (!result.success) {
        const root = result.target === "json" ? "body" : result.target;
        throw new InvalidRequestError(fieldErrors(result.error.issues, root));
      }
    },
  });
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
