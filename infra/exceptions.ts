/**
 * Rules of cdk-nag that a deployment breaks on purpose, each with the reason why. They hold for
 * the constructs that need them only; cdk-nag reports whatever else breaks the same rule.
 */
import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

const EXCEPTIONS = {
  openApi: {
    id: "AwsSolutions-APIG4",
    reason: 'The property auth says "open-to-everybody".',
  },
  trialTable: {
    id: "AwsSolutions-DDB3",
    reason: "The property protect is false, or the stage is dev: its data may be lost.",
  },
  ownValidation: {
    id: "AwsSolutions-APIG2",
    reason: "The functions validate requests by their own schemas, and say what is wrong.",
  },
  noFirewall: {
    id: "AwsSolutions-APIG3",
    reason: "Only endpoints of the user's own VPC reach the API.",
  },
  accessLogOnly: {
    id: "AwsSolutions-APIG6",
    reason: "The access log has every request; execution logs would hold users' inputs.",
  },
  noUserPool: {
    id: "AwsSolutions-COG4",
    reason: "Callers are programs, which sign their requests; there are no users to pool.",
  },
  interfaces: {
    id: "AwsSolutions-IAM5[Resource::*]",
    reason:
      "Lambda makes network interfaces in the VPC with the function's role. Describing and making " +
      "them knows no resources; the function's own code is denied all of it.",
  },
} as const;

/** Lets a construct, and what is in it, break a rule. */
export function except(scope: IConstruct, name: keyof typeof EXCEPTIONS): void {
  const { id, reason } = EXCEPTIONS[name];
  Validations.of(scope).acknowledge({ id: `AwsSolutions::${id}`, reason });
}
