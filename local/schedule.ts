/**
 * Invokes functions on the schedules of EventBridge rules.
 */
import { randomUUID } from "node:crypto";
import { messageOf } from "./errors.ts";
import { ACCOUNT, REGION } from "./identity.ts";
import type { LambdaFunction } from "./lambda/function.ts";
import type { ScheduleSpec } from "./template/readSchedule.ts";

const MINUTE = 60_000;

/** @returns a function that ends it */
export function startSchedule(
  spec: ScheduleSpec,
  target: LambdaFunction,
  log: (line: string) => void,
): () => void {
  if (!spec.enabled) return () => {};
  const invoke = () => {
    const event: unknown = spec.input === undefined ? eventOf(spec) : JSON.parse(spec.input);
    target.invoke(event).catch((error: unknown) => log(`${spec.logicalId}: ${messageOf(error)}`));
  };
  const { schedule } = spec;
  if (schedule.kind === "rate") {
    const timer = setInterval(invoke, schedule.everyMilliseconds);
    return () => clearInterval(timer);
  }
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(
      () => {
        if (schedule.matches(new Date())) invoke();
        next();
      },
      MINUTE - (Date.now() % MINUTE),
    );
  };
  next();
  return () => clearTimeout(timer);
}

function eventOf({ ruleArn }: ScheduleSpec): unknown {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+Z/, "Z"),
    region: REGION,
    resources: [ruleArn],
    detail: {},
  };
}
