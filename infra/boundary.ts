/**
 * The permissions boundary that an organization may ask for.
 */
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/** Bounds every role in the scope, those included that CDK makes on its own. */
export function bound(scope: Construct, arn: string | undefined): void {
  if (arn === undefined) return;
  const policy = ManagedPolicy.fromManagedPolicyArn(scope, "Boundary", arn);
  PermissionsBoundary.of(scope).apply(policy);
}
