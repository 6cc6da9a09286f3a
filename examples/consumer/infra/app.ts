/**
 * The CDK app: a stack of its own for each stage.
 * `npx cdk deploy --context stage=prod`
 */
import { App } from "aws-cdk-lib";
import { ForerunStack } from "forerun/infra";

const app = new App();
const stage = String(app.node.tryGetContext("stage") ?? "dev");
new ForerunStack(app, `Words-${stage}`, {
  tasks: "src/tasks.ts",
  stage,
  slots: stage === "prod" ? 20 : 4,
});
