/**
 * What stands in messages, read with distrust: anyone who may send to a queue can send anything.
 */
import type { Permit, SeeTo, TaskMessage } from "../../core/ports.ts";

/** The task that a message names; undefined if it cannot be read. */
export function parseTaskMessage(body: string): TaskMessage | undefined {
  const message = parseObject(body) as Partial<TaskMessage> | undefined;
  const { due } = message ?? {};
  if (!isTurn(message)) return undefined;
  if (due !== undefined && typeof due !== "number") return undefined;
  return message as TaskMessage;
}

/** What a permit says is a hint, so one that cannot be read is as good as any. */
export function parsePermit(body: string): Permit {
  const { band, due, twin, backlog, missing } = (parseObject(body) ?? {}) as Partial<Permit>;
  return {
    band: Number.isInteger(band) ? (band as number) : 0,
    ...(typeof due === "number" ? { due } : {}),
    ...(typeof backlog === "number" ? { backlog } : {}),
    ...(isCount(missing) ? { missing } : {}),
    ...(isTurn(twin) ? { twin: { id: twin.id, turn: twin.turn } } : {}),
  };
}

/** More than any queue's messages would ring for ever: somebody else has written it. */
const MAX_MISSING = 1_000_000;

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_MISSING;
}

function isTurn(value: unknown): value is NonNullable<Permit["twin"]> {
  const { id, turn } = (value ?? {}) as Partial<TaskMessage>;
  return typeof id === "string" && id !== "" && Number.isInteger(turn);
}

/** What the settler is asked for; undefined if it cannot be read or names no future. */
export function parseSeeTo(body: string): SeeTo | undefined {
  const { id, work, page, after } = (parseObject(body) ?? {}) as Partial<SeeTo>;
  if (typeof id !== "string" || id === "") return undefined;
  // A task's message, put away by a worker, names its future as well: see to that.
  if (!isWork(work)) return { id };
  return {
    id,
    work,
    ...(Number.isInteger(page) && (page as number) >= 0 ? { page: page as number } : {}),
    ...(typeof after === "string" ? { after } : {}),
  };
}

type Work = NonNullable<SeeTo["work"]>;

/** All there are: a page that is not known here would be taken for a word about its future. */
const WORKS: Readonly<Record<Work, true>> = {
  cancel: true,
  withdraw: true,
  move: true,
  lend: true,
  reconcile: true,
  tell: true,
  notify: true,
};

function isWork(work: unknown): work is Work {
  return typeof work === "string" && Object.hasOwn(WORKS, work);
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
