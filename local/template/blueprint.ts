/**
 * What a template asks for, read and resolved: everything the embedded cloud stands up.
 */
import type { Assembly } from "./assembly.ts";
import { checkTemplate } from "./check.ts";
import { type Resource, resourcesOf } from "./document.ts";
import { functionFinder } from "./findFunction.ts";
import { resolveValue } from "./intrinsics.ts";
import { Properties } from "./properties.ts";
import { type ApiSpec, readApi } from "./readApi.ts";
import { type BucketSpec, readBucket } from "./readBucket.ts";
import { type EventRuleSpec, readEventRules } from "./readEventRules.ts";
import { type FunctionSpec, readFunction } from "./readFunction.ts";
import { type MappingSpec, readMapping } from "./readMapping.ts";
import { type PolicySpecs, readPolicies } from "./readPolicies.ts";
import { type QueueSpec, readQueue } from "./readQueue.ts";
import { readSchedules, type ScheduleSpec } from "./readSchedule.ts";
import { readTable, type TableSpec } from "./readTable.ts";
import { type Addresses, createScope } from "./scope.ts";

export interface Blueprint {
  queues: readonly QueueSpec[];
  tables: readonly TableSpec[];
  buckets: readonly BucketSpec[];
  functions: readonly FunctionSpec[];
  mappings: readonly MappingSpec[];
  schedules: readonly ScheduleSpec[];
  eventRules: readonly EventRuleSpec[];
  api: ApiSpec;
  policies: PolicySpecs;
  outputs: Readonly<Record<string, string>>;
}

/** @throws TemplateError for whatever this machine would not run as AWS does */
export function readBlueprint(assembly: Assembly, at: Addresses): Blueprint {
  const { template, stackName, assets } = assembly;
  checkTemplate(template);
  const scope = createScope(template, stackName, at);
  const properties = (logicalId: string, resource: Resource) => {
    const resolved = resolveValue(resource.Properties ?? {}, scope, logicalId);
    return new Properties(logicalId, resolved as Record<string, unknown>);
  };
  const read = <T>(type: string, reader: (properties: Properties, name: string) => T): T[] =>
    resourcesOf(template, type).map(([logicalId, resource]) =>
      reader(properties(logicalId, resource), String(scope.ref(logicalId, logicalId))),
    );

  const policies = readPolicies(read);
  const functions = read("AWS::Lambda::Function", (each, name) =>
    readFunction(each, name, assets, policies.roles),
  );
  const permissions = read("AWS::Lambda::Permission", (each) => ({
    functionName: each.text("FunctionName"),
    principal: each.text("Principal"),
  }));
  const find = functionFinder(functions, permissions);
  const queues = read("AWS::SQS::Queue", readQueue);
  return {
    queues,
    tables: read("AWS::DynamoDB::Table", readTable),
    buckets: read("AWS::S3::Bucket", readBucket),
    functions,
    mappings: read("AWS::Lambda::EventSourceMapping", (each) => readMapping(each, find)),
    schedules: read("AWS::Events::Rule", (each) => readSchedules(each, find)).flat(),
    eventRules: read("AWS::Events::Rule", (each) => readEventRules(each, find, queues)).flat(),
    api: readApi(read, find),
    policies,
    outputs: readOutputs(assembly, at),
  };

  function readOutputs({ template: { Outputs = {} } }: Assembly, { api }: Addresses) {
    // Where a template spells the address out of the API's id, it means the API on this machine.
    const deployed = /https:\/\/[A-Za-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com/;
    const outputs: Record<string, string> = {};
    for (const [name, { Value }] of Object.entries(Outputs)) {
      outputs[name] = String(resolveValue(Value, scope, `Outputs.${name}`)).replace(deployed, api);
    }
    return outputs;
  }
}
