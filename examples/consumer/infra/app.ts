/**
 * The CDK app: one stack for each stage.
 */
import { App } from "aws-cdk-lib";
import { ForerunStack } from "forerun/infra";

const app = new App();
for (const stage of ["dev", "prod"]) {
  new ForerunStack(app, `Words-${stage}`, {
    tasks: "src/tasks.ts",
    stage,
    slots: stage === "prod" ? 20 : 4,
  });
}
