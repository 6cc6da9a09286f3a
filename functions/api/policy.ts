/**
 * The policy that a request asks for, as the rules take it.
 */
import type * as z from "zod/mini";
import type { Policy } from "../../core/policies.ts";
import type { OpenRequest } from "../http/schemas/opened.ts";
import type { AggregateRequest } from "../http/schemas/requests.ts";

type Given =
  | z.output<ReturnType<typeof AggregateRequest>>
  | z.output<ReturnType<typeof OpenRequest>>;

export function policyOf(given: Given): Policy {
  switch (given.policy) {
    case "gather":
      return { of: "gather", returnExceptions: given.returnExceptions };
    case "wait":
      return { of: "wait", returnWhen: given.returnWhen };
    case "any":
    case "race":
      return { of: given.policy, cancelRest: given.cancelRest };
    case "some":
      return { of: "some", count: given.count, cancelRest: given.cancelRest };
    default:
      return { of: given.policy };
  }
}
