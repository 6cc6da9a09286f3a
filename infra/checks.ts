/**
 * What a synthesized template is checked by before anybody deploys it. Findings end the synthesis
 * with a report that names construct and rule.
 */
import {
  type App,
  CloudFormationValidatePlugin,
  type IPolicyValidationPlugin,
  Validations,
} from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";

/** Makes findings of CDK's own rules errors; without it they are warnings that nobody reads. */
const STRICT = "@aws-cdk/core:validateAgainstDefaultRules";

/** Adds the checks to an app. It must have no stacks yet. */
export function addChecks(app: App): void {
  app.node.setContext(STRICT, true);
  // CDK's types are not written for exactOptionalPropertyTypes: hence the cast.
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app, { verbose: true }),
    new CloudFormationValidatePlugin({ includeDefaultRules: true }) as IPolicyValidationPlugin,
  );
}
