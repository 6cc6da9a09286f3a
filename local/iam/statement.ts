/**
 * A statement of an IAM policy, as it was read from a template.
 */
import type { Condition } from "./conditions.ts";

export interface Statement {
  /** Logical id of the policy and the statement's place in it: `ApiPolicy[2]`. */
  id: string;
  effect: "Allow" | "Deny";
  /** Patterns such as `sqs:Send*`. */
  actions: readonly string[];
  /** ARNs, or patterns of them. */
  resources: readonly string[];
  /** All must hold. */
  conditions: readonly Condition[];
  /** Whom it concerns; only policies of a resource say that, a role's concern the role. */
  principals: readonly Principal[] | undefined;
}

/** `AWS` with an ARN, an account or `*`; or a service such as `events.amazonaws.com`. */
export interface Principal {
  kind: "AWS" | "Service";
  name: string;
}

/** A role of the template with all that its policies say. */
export interface RoleSpec {
  logicalId: string;
  name: string;
  arn: string;
  /** Services that may assume it. */
  trusts: readonly string[];
  statements: readonly Statement[];
}

/** What the policy of a resource says, by the ARN of the resource. */
export type ResourcePolicies = ReadonlyMap<string, readonly Statement[]>;
