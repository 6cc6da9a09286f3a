/**
 * Notes each write of a future that the table really took, in the order in which it took them.
 */
import { openSync, writeSync } from "node:fs";
import { plainItem } from "../../aws/dynamodb/attributeValues.ts";
import { toRecord } from "../../aws/dynamodb/item.ts";
import { FUTURE } from "../../aws/dynamodb/keys.ts";
import { type FutureRecord, isTerminal } from "../../core/future.ts";
import type { Answer, Call, Interceptor, Next } from "../../local/index.ts";

/** One line of the file. */
export interface Write {
  /** When it was applied, in milliseconds since the epoch. */
  at: number;
  /** The process that sent it. */
  by: string;
  after: Noted;
  /** As it stood before, when this life of the cloud had not seen it yet. */
  before?: Noted;
}

/** What the judge looks at. */
const FIELDS = [
  ...["id", "kind", "state", "turn", "attempts", "priority", "token", "leaseUntil", "cancel"],
  ...["result", "resultAt", "error", "decided", "settledAt"],
] as const;

export type Noted = Pick<FutureRecord, "id" | "kind" | "state" | "turn" | "attempts"> &
  Partial<FutureRecord>;

type Values = Parameters<typeof plainItem>[0];

/**
 * Writes of one future go one after the other, so that what stood before each is known. A line is
 * in the file (for all but the loss of the machine) before the write is answered.
 */
export function createRecorder(file: string): Interceptor {
  const descriptor = openSync(file, "a");
  /** What live futures look like. */
  const seen = new Map<string, Noted>();
  const turns = new Map<string, Promise<unknown>>();

  const write = async (call: Call, next: Next, id: string): Promise<Answer> => {
    const isUpdate = call.operation === "UpdateItem";
    const before = isUpdate && !seen.has(id) ? await read(call, next) : undefined;
    const answer = await next(call);
    if (answer.status !== 200) return answer;
    const item = (isUpdate ? answer.body.Attributes : call.body.Item) as Values;
    const after = noted(item);
    const line: Write = { at: Date.now(), by: call.session ?? call.caller.name, after };
    writeSync(descriptor, `${JSON.stringify(before ? { ...line, before } : line)}\n`);
    // It changes no more: a soak would keep them all.
    if (isTerminal(after)) seen.delete(id);
    else seen.set(id, after);
    return answer;
  };

  return (call, next) => {
    const id = futureOf(call);
    if (id === undefined) return next(call);
    const turn = (turns.get(id) ?? Promise.resolve()).then(() => write(call, next, id));
    const ended = turn.catch(() => {});
    turns.set(id, ended);
    void ended.then(() => {
      if (turns.get(id) === ended) turns.delete(id);
    });
    return turn;
  };
}

/** The id of the future that a call writes. */
function futureOf({ service, operation, body }: Call): string | undefined {
  if (service !== "dynamodb") return undefined;
  if (operation !== "PutItem" && operation !== "UpdateItem") return undefined;
  const key = (body.Item ?? body.Key) as Values;
  return key.sk?.S === FUTURE ? key.pk?.S : undefined;
}

async function read(call: Call, next: Next): Promise<Noted | undefined> {
  const { TableName, Key } = call.body;
  const body = { TableName, Key, ConsistentRead: true };
  const { body: answer } = await next({ ...call, operation: "GetItem", body });
  return answer.Item ? noted(answer.Item as Values) : undefined;
}

function noted(item: Values): Noted {
  return notedOf(toRecord(plainItem(item)));
}

export function notedOf(record: FutureRecord): Noted {
  return Object.fromEntries(FIELDS.map((field) => [field, record[field]])) as unknown as Noted;
}
