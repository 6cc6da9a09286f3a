/**
 * The CDK app. Settings come by context: `cdk deploy --context tasks=tasks.ts --context slots=20`.
 */
import { App } from "aws-cdk-lib";
import { ConfigurationError } from "../core/errors.ts";
import { moduleFile } from "./moduleFile.ts";
import type { ForerunProps } from "./props.ts";
import { ForerunStack } from "./stack.ts";

const EXAMPLES = moduleFile("../examples/tasks", import.meta.url);

const app = new App({ analyticsReporting: false });
const text = (name: string) => app.node.tryGetContext(name) as string | undefined;
const number = (name: string) => {
  const given = text(name);
  return given === undefined ? undefined : Number(given);
};

const settings = {
  tasks: text("tasks") ?? EXAMPLES,
  slots: number("slots"),
  policy: text("policy"),
  leaseSeconds: number("leaseSeconds"),
  cancelSeconds: number("cancelSeconds"),
  retentionDays: number("retentionDays"),
  waiters: number("waiters"),
  workerMemory: number("workerMemory"),
  auth: text("auth"),
  stage: text("stage"),
};
const given = Object.fromEntries(
  Object.entries(settings).filter(([, value]) => value !== undefined),
) as unknown as ForerunProps;

try {
  const stage = given.stage ?? "dev";
  new ForerunStack(app, stage === "dev" ? "Forerun" : `Forerun-${stage}`, given);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
