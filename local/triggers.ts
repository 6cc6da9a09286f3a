/**
 * What invokes functions by itself: event source mappings and schedules.
 */
import type { Callers } from "./gateway/callers.ts";
import type { InProcessCall } from "./gateway.ts";
import type { Functions } from "./lambda/functions.ts";
import { Mapping } from "./mapping.ts";
import { startSchedule } from "./schedule.ts";
import type { Blueprint } from "./template/blueprint.ts";

export interface TriggerOptions {
  blueprint: Blueprint;
  functions: Functions;
  call: InProcessCall;
  callers: Callers;
  log: (line: string) => void;
}

/** @returns a function that ends them; invocations under way go on */
export function startTriggers(options: TriggerOptions): () => void {
  const { blueprint, functions, call, callers, log } = options;
  const ends: (() => void)[] = [];
  for (const spec of blueprint.mappings) {
    const target = functions.get(spec.target.logicalId);
    const queue = blueprint.queues.find(({ arn }) => arn === spec.queueArn);
    if (!target || !queue || !spec.enabled) continue;
    const caller = callers.add(
      "mapping",
      `${spec.target.label}-mapping`,
      spec.target.role,
      spec.target.name,
    );
    const mapping = new Mapping({ spec, target, call, caller, queueUrl: queue.url, log });
    mapping.start();
    ends.push(() => mapping.stop());
  }
  for (const spec of blueprint.schedules) {
    const target = functions.get(spec.target.logicalId);
    if (target) ends.push(startSchedule(spec, target, log));
  }
  return () => {
    for (const end of ends) end();
  };
}
