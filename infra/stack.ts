/**
 * One stack with one deployment.
 */
import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Forerun } from "./forerun.ts";
import type { ForerunProps } from "./props.ts";

export class ForerunStack extends Stack {
  readonly forerun: Forerun;

  constructor(scope: Construct, id: string, props: ForerunProps, stack: StackProps = {}) {
    super(scope, id, { description: "Forerun: asyncio for AWS", ...stack });
    this.forerun = new Forerun(this, "Forerun", props);
    new CfnOutput(this, "Endpoint", {
      value: this.forerun.endpoint,
      description: "Base URL of the HTTP API",
    });
  }
}
