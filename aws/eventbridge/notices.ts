/**
 * core's `Notices` on EventBridge.
 */
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import type { FutureRecord } from "../../core/future.ts";
import type { Notices } from "../../core/ports.ts";
import { clientOptions } from "../clients.ts";

/** What rules match on. */
export const SOURCE = "forerun";
export const DETAIL_TYPE = "Future settled";

/** The event was not taken. */
class PublishError extends Error {
  override name = "PublishError";
}

/** @param bus name or ARN of the event bus */
export function createNotices(
  bus: string,
  client = new EventBridgeClient(clientOptions()),
): Notices {
  return {
    async publish(record) {
      const command = new PutEventsCommand({ Entries: [entryOf(record, bus)] });
      const { Entries = [] } = await client.send(command);
      const failed = Entries.find((each) => each.ErrorCode);
      if (failed) throw new PublishError(`${failed.ErrorCode}: ${failed.ErrorMessage ?? ""}`);
    },
  };
}

/** Small results stand in the event; others, like inputs, are read from the API. */
export function entryOf(record: FutureRecord, bus: string): PutEventsRequestEntry {
  const { id, kind, task, state, priority, tenant, attempts, result, error } = record;
  const settledAt = new Date(record.settledAt ?? 0);
  const detail = {
    id,
    kind,
    task,
    state,
    priority,
    tenant,
    attempts,
    createdAt: new Date(record.createdAt).toISOString(),
    settledAt: settledAt.toISOString(),
    ...(state === "succeeded" && result !== undefined ? { result: JSON.parse(result) } : {}),
    ...(error ? { error } : {}),
  };
  return {
    EventBusName: bus,
    Source: SOURCE,
    DetailType: DETAIL_TYPE,
    Time: settledAt,
    Detail: JSON.stringify(detail),
  };
}
