/**
 * X-Ray traces of a function.
 */
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { CfnFunction, Function as Lambda } from "aws-cdk-lib/aws-lambda";

/** Has a function's sampled invocations traced, and lets it tell X-Ray of them. */
export function trace(lambda: Lambda): void {
  (lambda.node.defaultChild as CfnFunction).tracingConfig = { mode: "Active" };
  lambda.addToRolePolicy(
    new PolicyStatement({
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      // X-Ray has no resources that these could be restricted to.
      resources: ["*"],
    }),
  );
}
