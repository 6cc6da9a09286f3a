/**
 * What AWS looks at when it creates an event source mapping.
 */
import { TemplateError } from "../errors.ts";
import { sessionArn } from "../gateway/callers.ts";
import type { MappingSpec } from "../template/readMapping.ts";
import type { PolicyEngine } from "./engine.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
const NEEDED = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

/** @throws TemplateError that names the mapping, its role and what the role lacks */
export function checkMappings(mappings: readonly MappingSpec[], engine: PolicyEngine): void {
  for (const { logicalId, target, queueArn } of mappings) {
    const { role, label, name } = target;
    const asking = { caller: `${label}-mapping`, role, arn: sessionArn(role, name) };
    const lacking = NEEDED.filter((each) => engine.ask(asking, `sqs:${each}`, queueArn));
    if (lacking.length === 0) continue;
    throw new TemplateError(
      logicalId,
      `the function's execution role ${role} does not have permissions to call ` +
        `${lacking.join(", ")} on ${queueArn}; AWS refuses to create such a mapping.`,
    );
  }
}
