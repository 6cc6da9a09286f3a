/**
 * SQS and DynamoDB, filled with what the template says.
 */
import { join } from "node:path";
import { startDynamo } from "./dynamodb/dynoxide.ts";
import { connectDynamo } from "./dynamodb/forward.ts";
import { anyItems, createTables } from "./dynamodb/tables.ts";
import { meterUnits } from "./dynamodb/units.ts";
import { chain, type Next } from "./gateway/call.ts";
import type { Lock } from "./process/lock.ts";
import type { Reaper } from "./process/reaper.ts";
import type { Sqs } from "./sqs/fauxqs.ts";
import { repairLongPolls } from "./sqs/longPoll.ts";
import type { Blueprint } from "./template/blueprint.ts";

export interface EmulatorOptions {
  blueprint: Blueprint;
  sqs: Sqs;
  /** Directory of the table. */
  data: string;
  lock: Lock;
  reaper: Reaper;
  log: (line: string) => void;
}

/** @returns what answers, and whether a table held something already */
export async function standEmulators(
  { blueprint, sqs, data, lock, reaper, log }: EmulatorOptions,
  cleanUp: AsyncDisposableStack,
): Promise<{ restarted: boolean; sqsAndDynamo: Next }> {
  sqs.create(blueprint.queues);
  log(`queues: ${blueprint.queues.length}`);

  const server = await startDynamo(join(data, "table.db"), reaper, log);
  cleanUp.defer(() => server.stop());
  if (server.pid) lock.note(server.pid);
  const dynamo = connectDynamo(server.endpoint);
  cleanUp.defer(() => dynamo.close());
  await createTables(dynamo, blueprint.tables);
  const restarted = await anyItems(dynamo, blueprint.tables);
  log(`table: ${blueprint.tables.map(({ name }) => name).join(", ")} in ${data}`);

  const sqsAndDynamo = chain([repairLongPolls, meterUnits], (call) =>
    call.service === "sqs" ? sqs.call(call) : dynamo.send(call.operation, call.body),
  );
  return { restarted, sqsAndDynamo };
}
