/**
 * Rules of cdk-nag that a deployment breaks on purpose, each with the reason why. They hold for
 * the constructs that need them only; cdk-nag reports whatever else breaks the same rule.
 */
import { Stack, Validations } from "aws-cdk-lib";
import type { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";

const EXCEPTIONS = {
  openApi: {
    id: "AwsSolutions-APIG4",
    reason: 'The property auth says "open-to-everybody".',
  },
  approvals: {
    id: "AwsSolutions-APIG4",
    reason: "For people who were sent a link: the function asks for the promise's own token.",
  },
  traces: {
    id: "AwsSolutions-IAM5[Resource::*]",
    reason: "X-Ray has no resources that its two write actions could be restricted to.",
  },
  trialTable: {
    id: "AwsSolutions-DDB3",
    reason: "The property protect is false, or the stage is dev: its data may be lost.",
  },
  noBucketLog: {
    id: "AwsSolutions-S1",
    reason: "Only the functions use it; the API's access log has the reads of their callers.",
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
  ofSchedule: {
    id: "AwsSolutions-SQS3",
    reason: "It is the dead-letter queue of a rule's target, which the rule does not look for.",
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
  acknowledge(scope, id, reason);
}

/** Lets a role be granted all objects of a bucket below a prefix. */
export function exceptObjects(role: IConstruct, bucket: Bucket, prefix: string): void {
  const logicalId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
  const id = `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`;
  acknowledge(
    role,
    id,
    "Objects have no names before they are put; the prefix says what they are.",
  );
}

function acknowledge(scope: IConstruct, id: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions::${id}`, reason });
}
