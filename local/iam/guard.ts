/**
 * Stands before everything that answers calls: what a caller's role may not do is refused.
 */
import type { Interceptor } from "../gateway/call.ts";
import { accessDenied } from "../gateway/errors.ts";
import { neededBy } from "./actions.ts";
import type { PolicyEngine } from "./engine.ts";

/** The operator, who has no role, may do everything. */
export function guard(engine: PolicyEngine): Interceptor {
  return (call, next) => {
    const { name, role, arn } = call.caller;
    if (role === undefined) return next(call);
    for (const { action, resource } of neededBy(call)) {
      const message = engine.ask({ caller: name, role, arn }, action, resource);
      if (message) return Promise.resolve(accessDenied(call.service, message));
    }
    return next(call);
  };
}
