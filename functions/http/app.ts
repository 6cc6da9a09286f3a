/**
 * What the two HTTP functions have in common: errors as problem documents, a line in the log for
 * each request, bodies that are checked.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { InvalidRequestError } from "../../core/errors.ts";
import { checkBody } from "./body.ts";
import { fieldErrors } from "./issues.ts";
import { answerError, type HttpLogger, problem } from "./problems.ts";
import { logRequests } from "./requestLog.ts";

export function createHttpApp(logger: HttpLogger): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook(result) {
      if (!result.success) {
        const root = result.target === "json" ? "body" : result.target;
        throw new InvalidRequestError(fieldErrors(result.error.issues, root));
      }
    },
  });
  app.use(logRequests(logger));
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
