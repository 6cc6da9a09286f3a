/**
 * What the two HTTP functions have in common: errors as problem documents, a line in the log for
 * each request, bodies that are checked.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { InvalidRequestError } from "../../core/errors.ts";
import { checkBody } from "./body.ts";
import { fieldErrors } from "./issues.ts";
import { answerError, type HttpLogger, problem } from "./problems.ts";

export function createHttpApp(logger: HttpLogger): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook(result) {
      if (!result.success) {
        const root = result.target === "json" ? "body" : result.target;
        throw new InvalidRequestError(fieldErrors(result.error.issues, root));
      }
    },
  });
  app.use(async (c, next) => {
    const begun = performance.now();
    await next();
    // Never inputs or results: they are the users'.
    logger.info("request", {
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      milliseconds: Math.round(performance.now() - begun),
    });
  });
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
