/**
 * Hands an event to the targets of the rules that it matches.
 */
import { messageOf } from "../errors.ts";
import type { Caller } from "../gateway/call.ts";
import type { InProcessCall } from "../gateway.ts";
import type { PolicyEngine } from "../iam/engine.ts";
import type { Functions } from "../lambda/functions.ts";
import type { EventRuleSpec, EventTarget } from "../template/readEventRules.ts";
import type { CloudEvent } from "./bus.ts";
import { matchesPattern } from "./pattern.ts";

export interface DeliveryOptions {
  rules: readonly EventRuleSpec[];
  functions: Functions;
  engine: PolicyEngine;
  call: InProcessCall;
  caller: Caller;
  log: (line: string) => void;
}

/** @returns what starts the delivery of an event; failures go to the log */
export function deliverer(options: DeliveryOptions): (event: CloudEvent) => void {
  const { rules, log } = options;
  return (event) => {
    for (const rule of rules) {
      if (!rule.enabled || !matchesPattern(rule.pattern, event)) continue;
      for (const target of rule.targets) {
        const content: unknown = target.input === undefined ? event : JSON.parse(target.input);
        deliver(options, rule, target, content).catch((error: unknown) =>
          log(`${rule.logicalId}: event ${event.id} is lost: ${messageOf(error)}`),
        );
      }
    }
  };
}

async function deliver(
  { functions, engine, call, caller }: DeliveryOptions,
  rule: EventRuleSpec,
  { target }: EventTarget,
  content: unknown,
): Promise<void> {
  if (target.kind === "function") {
    await functions.get(target.spec.logicalId)?.invoke(content);
    return;
  }
  const { arn, url } = target.queue;
  // A queue lets in by its own policy only: EventBridge has no role for it.
  if (!engine.allowsService("events.amazonaws.com", "sqs:SendMessage", arn, rule.ruleArn)) {
    throw new Error(`no AWS::SQS::QueuePolicy lets events.amazonaws.com send to ${arn}`);
  }
  const body = { QueueUrl: url, MessageBody: JSON.stringify(content) };
  const answer = await call(caller, "sqs", "SendMessage", body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}
