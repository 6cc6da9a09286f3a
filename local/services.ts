/**
 * What answers calls, service by service.
 */
import { join } from "node:path";
import { EventBus } from "./events/bus.ts";
import { deliverer } from "./events/deliver.ts";
import type { Next, Service } from "./gateway/call.ts";
import type { Callers } from "./gateway/callers.ts";
import type { Gateway } from "./gateway.ts";
import type { PolicyEngine } from "./iam/engine.ts";
import { bucketArn } from "./identity.ts";
import type { Functions } from "./lambda/functions.ts";
import { invokeApi } from "./lambda/invokeApi.ts";
import { createS3 } from "./s3/service.ts";
import { createObjectStore } from "./s3/store.ts";
import type { Blueprint } from "./template/blueprint.ts";

export interface ServicesOptions {
  blueprint: Blueprint;
  /** Directory of the objects. */
  data: string;
  sqsAndDynamo: Next;
  functions: Functions;
  engine: PolicyEngine;
  gateway: Gateway;
  callers: Callers;
  log: (line: string) => void;
}

export function createServices(options: ServicesOptions): { answer: Next; bus: EventBus } {
  const { blueprint, data, sqsAndDynamo, functions, engine, gateway, callers, log } = options;
  const { call } = gateway;
  const caller = callers.add("operator", "events");
  const rules = blueprint.eventRules;
  const bus = new EventBus(deliverer({ rules, functions, engine, call, caller, log }));
  const services: Record<Service, Next> = {
    sqs: sqsAndDynamo,
    dynamodb: sqsAndDynamo,
    s3: createS3({
      store: createObjectStore(join(data, "objects")),
      buckets: blueprint.buckets.map(({ name }) => name),
      mayList: ({ caller: { role }, resource }) =>
        role === undefined || engine.allows(role, "s3:ListBucket", bucketArn(resource)),
    }),
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
