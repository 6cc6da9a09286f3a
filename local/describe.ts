/**
 * The parts of a running cloud as callers see them.
 */
import type { EventBus } from "./events/bus.ts";
import type { CloudFaults } from "./faults.ts";
import type { Callers } from "./gateway/callers.ts";
import { SECRET_ACCESS_KEY } from "./gateway/callers.ts";
import type { RequestLedger } from "./gateway/ledger.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpApi } from "./http-api.ts";
import { checkMappings } from "./iam/checkMappings.ts";
import type { PolicyEngine } from "./iam/engine.ts";
import { REGION } from "./identity.ts";
import { type Functions, findFunction } from "./lambda/functions.ts";
import { findNamed } from "./named.ts";
import type { AwsAccess, Cloud } from "./options.ts";
import type { Sqs } from "./sqs/fauxqs.ts";
import type { Blueprint } from "./template/blueprint.ts";

export interface Parts {
  http: HttpApi;
  blueprint: Blueprint;
  data: string;
  ledger: RequestLedger;
  functions: Functions;
  sqs: Sqs;
  aws: AwsAccess;
  engine: PolicyEngine;
  bus: EventBus;
  faults: CloudFaults;
  stop: () => Promise<void>;
}

export function describe(parts: Parts): Cloud {
  const { http, blueprint, data, ledger, functions, sqs, aws, engine, bus, faults, stop } = parts;
  let stopping: Promise<void> | undefined;
  return {
    endpoint: http.url,
    outputs: blueprint.outputs,
    data,
    requests: ledger,
    aws,
    tables: blueprint.tables.map(({ name }) => name),
    buckets: blueprint.buckets.map(({ name }) => name),
    functions: {
      names: () => [...functions.values()].map(({ spec }) => spec.label),
      fullName: (name) => findFunction(functions, name).spec.name,
      processes: (name) => findFunction(functions, name).processes,
      kill(process) {
        for (const each of functions.values()) each.kill(process);
      },
    },
    queues: {
      names: () => blueprint.queues.map(({ name }) => name),
      depth(name) {
        const queue = findNamed(blueprint.queues, name, (each) => [each.name, each.logicalId]);
        return sqs.depth(queue.name);
      },
    },
    policies: {
      grants: () => engine.grants(),
      uses: () => engine.uses(),
      denials: () => engine.denials(),
      denial: (filter) => engine.denial(filter),
      without: (filter) => engine.without(filter),
      checkMappings: () => checkMappings(blueprint.mappings, engine),
    },
    faults,
    events: () => bus.events,
    invoke: async (name, event) =>
      JSON.parse(await findFunction(functions, name).invoke(event)) as unknown,
    stop: () => (stopping ??= stop()),
  };
}

/** Access for the operator, who may do everything. */
export function accessOf(gateway: Gateway, callers: Callers): AwsAccess {
  const { accessKeyId } = callers.add("operator", "operator");
  const credentials = { accessKeyId, secretAccessKey: SECRET_ACCESS_KEY };
  return { endpoint: gateway.url, region: REGION, credentials };
}
