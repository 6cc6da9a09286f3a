/**
 * What AWS says to whoever may not do something.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
import type { Needed } from "./actions.ts";
import type { Refusal } from "./evaluate.ts";

/** @param user ARN of the session that asked */
export function refusal(user: string, { action, resource }: Needed, why: Refusal): string {
  const because =
    why === "no allow"
      ? `because no identity-based policy allows the ${action} action`
      : `with an explicit deny in ${why === "identity-based deny" ? "an identity" : "a resource"}-based policy`;
  const on = resource === "*" ? "" : ` on resource: ${resource}`;
  return `User: ${user} is not authorized to perform: ${action}${on} ${because}`;
}
