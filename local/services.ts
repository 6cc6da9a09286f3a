/**
 * What answers calls, service by service.
 */

import { EventBus } from "./events/bus.ts";
import { deliverer } from "./events/deliver.ts";
import type { Next, Service } from "./gateway/call.ts";
import type { Callers } from "./gateway/callers.ts";
import type { Gateway } from "./gateway.ts";
import type { PolicyEngine } from "./iam/engine.ts";
import type { Functions } from "./lambda/functions.ts";
import { invokeApi } from "./lambda/invokeApi.ts";
import type { Blueprint } from "./template/blueprint.ts";

export interface ServicesOptions {
  blueprint: Blueprint;
  sqsAndDynamo: Next;
  functions: Functions;
  engine: PolicyEngine;
  gateway: Gateway;
  callers: Callers;
  log: (line: string) => void;
}

export function createServices(options: ServicesOptions): { answer: Next; bus: EventBus } {
  const { blueprint, sqsAndDynamo, functions, engine, gateway, callers, log } = options;
  const { call } = gateway;
  const caller = callers.add("operator", "events");
  const rules = blueprint.eventRules;
  const bus = new EventBus(deliverer({ rules, functions, engine, call, caller, log }));
  const services: Record<Service, Next> = {
    sqs: sqsAndDynamo,
    dynamodb: sqsAndDynamo,
    lambda: invokeApi(functions, log),
    events: bus.answer,
    xray: dropTraces,
  };
  return { bus, answer: (each) => services[each.service](each) };
}

/** Traces are taken and dropped: nobody would read them here. */
const dropTraces: Next = ({ operation }) =>
  Promise.resolve({
    status: 200,
    body: operation === "PutTraceSegments" ? { UnprocessedTraceSegments: [] } : {},
  });
