/**
 * AWS::Events::Rule that invokes functions on a schedule.
 */
import { arn, lastPart } from "../identity.ts";
import { isObject } from "../json.ts";
import { parseSchedule, type Schedule } from "../schedule/expression.ts";
import type { FindFunction } from "./findFunction.ts";
import { Properties } from "./properties.ts";
import type { FunctionSpec } from "./readFunction.ts";

export interface ScheduleSpec {
  logicalId: string;
  ruleArn: string;
  schedule: Schedule;
  target: FunctionSpec;
  /** JSON text to send in place of the event. */
  input: string | undefined;
  enabled: boolean;
}

/** One for each target of the rule; none if it has no schedule. */
export function readSchedules(properties: Properties, find: FindFunction): ScheduleSpec[] {
  const patterned = properties.raw("EventPattern") !== undefined;
  if (patterned && properties.raw("ScheduleExpression") === undefined) return [];
  const expression = properties.text("ScheduleExpression");
  const schedule = parseSchedule(expression);
  if (!schedule) {
    return properties.refuse(
      "ScheduleExpression",
      `the embedded cloud does not know ${expression}; use rate(n minutes) or cron(…)`,
    );
  }
  return properties.list("Targets").map((value) => {
    const target = new Properties(properties.logicalId, isObject(value) ? value : {}, "Targets.");
    for (const key of ["InputPath", "InputTransformer", "SqsParameters", "EcsParameters"]) {
      if (target.raw(key) !== undefined) target.refuse(key, "the embedded cloud does not know it");
    }
    return {
      logicalId: properties.logicalId,
      ruleArn: ruleArnOf(properties),
      schedule,
      target: find(target, "Arn", "events.amazonaws.com"),
      input: target.optionalText("Input"),
      enabled: properties.raw("State") !== "DISABLED",
    };
  });
}

export function ruleArnOf(rule: Properties): string {
  return arn("events", `rule/${lastPart(rule.optionalText("Name") ?? rule.logicalId)}`);
}
