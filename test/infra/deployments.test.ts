/**
 * Deployments beside each other do not collide.
 */
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, expect, test } from "vitest";
import { Forerun } from "../../infra/forerun.ts";
import { ForerunStack } from "../../infra/stack.ts";
import { TASKS, temporaryApp } from "./support/variants.ts";

const props = { tasks: TASKS, stage: "prod" };
const { app, remove } = temporaryApp();
afterAll(remove);

/** Properties that name a resource in the account; without them AWS finds a name of its own. */
const NAMES = [
  "AlarmName",
  "DashboardName",
  "FunctionName",
  "LogGroupName",
  "ManagedPolicyName",
  "QueueName",
  "RoleName",
  "TableName",
];

test("two in one stack, two stacks of one stage: nothing has a name that another may have", () => {
  const stack = new Stack(app, "Both");
  const first = new Forerun(stack, "First", props);
  const second = new Forerun(stack, "Second", props);
  expect(first.endpoint).not.toBe(second.endpoint);
  const stacks = [stack, new ForerunStack(app, "One", props), new ForerunStack(app, "Two", props)];
  for (const each of stacks) expect(named(Template.fromStack(each))).toEqual([]);
}, 120_000);

/** Resources with a fixed name. A mapping's FunctionName is a reference and no name. */
function named(template: Template): string[] {
  const { Resources } = template.toJSON() as {
    Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  };
  return Object.entries(Resources).flatMap(([id, { Properties = {} }]) =>
    NAMES.filter((name) => typeof Properties[name] === "string").map((name) => `${id}.${name}`),
  );
}
