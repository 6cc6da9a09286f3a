/**
 * AWS::Events::Rule that passes matching events on to functions and queues.
 */
import { messageOf } from "../errors.ts";
import { type EventPattern, readPattern } from "../events/pattern.ts";
import { isObject } from "../json.ts";
import type { FindFunction } from "./findFunction.ts";
import { Properties } from "./properties.ts";
import type { FunctionSpec } from "./readFunction.ts";
import type { QueueSpec } from "./readQueue.ts";
import { ruleArnOf } from "./readSchedule.ts";

export interface EventRuleSpec {
  logicalId: string;
  ruleArn: string;
  pattern: EventPattern;
  targets: readonly EventTarget[];
  enabled: boolean;
}

export interface EventTarget {
  target: { kind: "function"; spec: FunctionSpec } | { kind: "queue"; queue: QueueSpec };
  /** JSON text to send in place of the event. */
  input: string | undefined;
}

const UNKNOWN = ["InputPath", "InputTransformer", "SqsParameters", "EcsParameters", "RoleArn"];

/** @returns the rule, or none if it has a schedule only */
export function readEventRules(
  rule: Properties,
  find: FindFunction,
  queues: readonly QueueSpec[],
): EventRuleSpec[] {
  rule.oneOf("EventBusName", "default");
  const written = rule.raw("EventPattern");
  if (written === undefined) return [];
  const targets = rule.list("Targets").map((value): EventTarget => {
    const target = new Properties(rule.logicalId, isObject(value) ? value : {}, "Targets.");
    for (const key of UNKNOWN) {
      if (target.raw(key) !== undefined) target.refuse(key, "the embedded cloud does not know it");
    }
    const input = target.optionalText("Input");
    const queue = queues.find(({ arn }) => arn === target.text("Arn"));
    if (queue) return { target: { kind: "queue", queue }, input };
    const spec = find(target, "Arn", "events.amazonaws.com");
    return { target: { kind: "function", spec }, input };
  });
  try {
    const { logicalId } = rule;
    const enabled = rule.raw("State") !== "DISABLED";
    return [
      { logicalId, ruleArn: ruleArnOf(rule), pattern: readPattern(written), targets, enabled },
    ];
  } catch (error) {
    return rule.refuse("EventPattern", messageOf(error));
  }
}
