/**
 * What stands in messages, read with distrust: anyone who may send to a queue can send anything.
 */
import type { Permit, TaskMessage } from "../../core/ports.ts";

/** The task that a message names; undefined if it cannot be read. */
export function parseTaskMessage(body: string): TaskMessage | undefined {
  const message = parseObject(body) as Partial<TaskMessage> | undefined;
  const { id, turn, due } = message ?? {};
  if (typeof id !== "string" || id === "" || !Number.isInteger(turn)) return undefined;
  if (due !== undefined && typeof due !== "number") return undefined;
  return message as TaskMessage;
}

/** What a permit says is a hint, so one that cannot be read is as good as any. */
export function parsePermit(body: string): Permit {
  const { band, due } = (parseObject(body) ?? {}) as Partial<Permit>;
  return {
    band: Number.isInteger(band) ? (band as number) : 0,
    ...(typeof due === "number" ? { due } : {}),
  };
}

/** A body that names a future; undefined if it cannot be read or names none. */
export function parseWithId(body: string): { id: string } | undefined {
  const object = parseObject(body) as { id?: unknown } | undefined;
  return typeof object?.id === "string" && object.id !== ""
    ? (object as { id: string })
    : undefined;
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
