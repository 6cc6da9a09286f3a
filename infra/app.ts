/**
 * The CDK app. Settings come by context: `cdk deploy --context tasks=tasks.ts --context slots=20`.
 */
import { App } from "aws-cdk-lib";
import { ConfigurationError } from "../core/errors.ts";
import { addChecks } from "./checks.ts";
import { moduleFile } from "./moduleFile.ts";
import type { ForerunProps } from "./props.ts";
import { parsed, securityContext } from "./securityContext.ts";
import { ForerunStack } from "./stack.ts";

const EXAMPLES = moduleFile("../examples/tasks", import.meta.url);

const app = new App({ analyticsReporting: false });
addChecks(app);
const text = (name: string) => app.node.tryGetContext(name) as string | undefined;
const number = (name: string) => {
  const given = text(name);
  return given === undefined ? undefined : Number(given);
};

/** What is neither true nor false is handed on, to be refused with the property's name. */
const flag = (name: string) => {
  const given = text(name);
  return (given === "true" || (given === "false" ? false : given)) as boolean | undefined;
};
/** `--context alarms=false`, or `--context waitSeconds=10` for those of another objective. */
const alarms = () => {
  const given = flag("alarms");
  if (given !== undefined && given !== true) return given;
  const waitSeconds = number("waitSeconds");
  return waitSeconds === undefined ? undefined : { waitSeconds };
};

const settings = {
  tasks: text("tasks") ?? EXAMPLES,
  slots: number("slots"),
  timeoutSeconds: number("timeoutSeconds"),
  policy: text("policy"),
  leaseSeconds: number("leaseSeconds"),
  cancelSeconds: number("cancelSeconds"),
  retentionDays: number("retentionDays"),
  waiters: number("waiters"),
  // --context limits='{"waiting":{"low":100000}}'
  limits: parsed(app.node.tryGetContext("limits")),
  workerMemory: number("workerMemory"),
  stage: text("stage"),
  logLevel: text("logLevel"),
  alarms: alarms(),
  dashboard: flag("dashboard"),
  tracing: flag("tracing"),
  ...securityContext(app),
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
