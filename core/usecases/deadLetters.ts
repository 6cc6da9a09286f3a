/**
 * Dead letters: messages that SQS gave up. Each is explained by what its future says; to redrive one
 * is to see to what that future owes, never to send the letter itself again.
 */
import { type FutureRecord, isTerminal, type State } from "../future.ts";
import { inBatches } from "../parallel.ts";
import { isPermitQueue } from "../pools.ts";
import type { DeadLetter, PagedWork, Ports, QueueName, SeeTo, TaskMessage } from "../ports.ts";
import { allQueues, type QueueFilter, type QueueLabel, queueLabel } from "../queueNames.ts";
import { resend } from "./requeue.ts";

/** A dead letter, explained. */
export interface DeadEntry extends QueueLabel {
  /** The future that it names. */
  id?: string;
  /** How that stands; `gone`: there is none. */
  state?: State | "gone";
  /** The work of many pages that it is a part of. */
  work?: PagedWork | "notify";
  why: string;
  /** When the message was first sent, in milliseconds. */
  sentAt: number;
  /** How often it was received, by SQS's count; looking at dead letters counts as well. */
  receives: number;
  /** The beginning of what stands in one that cannot be read. */
  text?: string;
}

export interface DeadList {
  letters: readonly DeadEntry[];
  /** There may be more of them. */
  more: boolean;
}

/** Looks at dead letters and puts them back. @param limit letters at the most */
export async function listDead(
  ports: Ports,
  filter: QueueFilter = {},
  limit = 1000,
): Promise<DeadList> {
  const letters: DeadEntry[] = [];
  let more = false;
  for (const queue of allQueues(ports.config, filter)) {
    const looked: DeadLetter[] = [];
    // What was received is hidden meanwhile, so that each comes once.
    while (letters.length + looked.length < limit) {
      const some = await ports.queues.receiveDead(queue);
      if (some.length === 0) break;
      looked.push(...some);
    }
    more ||= letters.length + looked.length >= limit;
    letters.push(...(await explainAll(ports, queue, looked)));
    await inBatches(looked, ({ handle }) => ports.queues.showDead(queue, handle));
  }
  return { letters, more };
}

async function explainAll(
  ports: Ports,
  queue: QueueName,
  letters: readonly DeadLetter[],
): Promise<DeadEntry[]> {
  const ids = letters.flatMap((each) => idOf(queue, each) ?? []);
  const records = await ports.store.readMany([...new Set(ids)]);
  return letters.map((letter): DeadEntry => {
    const { sentAt, receives } = letter;
    const common = { ...queueLabel(ports.config, queue), sentAt, receives };
    if (isPermitQueue(queue)) return { ...common, why: PERMIT };
    const id = idOf(queue, letter);
    if (id === undefined)
      return { ...common, why: UNREADABLE, text: (letter.text ?? "").slice(0, 200) };
    const record = records.get(id);
    const { work } = letter.body as Partial<SeeTo>;
    const of = { ...common, id, ...(work === undefined ? {} : { work }) };
    return { ...of, state: record?.state ?? "gone", why: whyOf(record, receives) };
  });
}

const PERMIT =
  "A permit names no task: it was shown again and again without being served. The sweeper rings " +
  "another for work that waits.";
const UNREADABLE =
  "It names no future, so it is none of ours: somebody else may write to the queue.";

function whyOf(record: FutureRecord | undefined, receives: number): string {
  if (!record) return "Its future is gone: it has expired, or was never stored.";
  const times = `It was received ${receives} times, and nobody could deal with it`;
  if (!isTerminal(record)) {
    return `${times}: its future is ${record.state}, and may wait for it.`;
  }
  return `${times}: its future has ${record.state}, and may owe word of that.`;
}

function idOf(queue: QueueName, { body }: DeadLetter): string | undefined {
  if (isPermitQueue(queue)) return undefined;
  const { id } = (body ?? {}) as { id?: unknown };
  return typeof id === "string" ? id : undefined;
}

/** What became of dead letters. */
export interface Redriven {
  /** Letters whose futures were seen to, or that needed nothing; they are deleted. */
  redriven: number;
  /** Letters that cannot be read; they stay where they are, with an alarm. */
  unreadable: number;
}

/** Ten letters come at a time; so many times is one queue asked. */
const ROUNDS = 10;

/**
 * Sees to the futures of dead letters, then deletes them.
 * @returns what was done, and whether the time was over before the queues were empty
 * @param until milliseconds. @default a hundred letters of each queue
 */
export async function redriveDead(
  ports: Ports,
  filter: QueueFilter = {},
  until?: number,
): Promise<Redriven & { more: boolean }> {
  const sum = { redriven: 0, unreadable: 0, more: false };
  for (const queue of allQueues(ports.config, filter)) {
    const { more, ...done } = await redriveQueue(ports, queue, until);
    sum.redriven += done.redriven;
    sum.unreadable += done.unreadable;
    sum.more ||= more;
  }
  return sum;
}

async function redriveQueue(ports: Ports, queue: QueueName, until: number | undefined) {
  const { clock, queues } = ports;
  const left: DeadLetter[] = [];
  let redriven = 0;
  let more = true;
  const isTime = (round: number) => (until === undefined ? round < ROUNDS : clock.now() < until);
  for (let round = 0; more && isTime(round); round += 1) {
    const letters = await queues.receiveDead(queue);
    more = letters.length > 0;
    await inBatches(letters, async (letter) => {
      // A permit names no task; the sweeper's ring replaces it if it is missed.
      if (!isPermitQueue(queue) && !(await sendWorkAgain(ports, letter.body))) {
        left.push(letter);
        return;
      }
      await queues.removeDead(queue, letter.handle);
      redriven += 1;
    });
    // A sweep that finds less than a batch has found all: to make sure of it costs a request.
    if (until === undefined && letters.length < FULL) more = false;
  }
  // Only now, so that none of them was met twice.
  await inBatches(left, ({ handle }) => queues.showDead(queue, handle));
  return { redriven, unreadable: left.length, more };
}

const FULL = 10;

/** @returns whether the letter could be read */
async function sendWorkAgain(ports: Ports, letter: unknown): Promise<boolean> {
  const body = letter as Partial<TaskMessage & SeeTo> | undefined;
  if (typeof body?.id !== "string") return false;
  const record = await ports.store.read(body.id);
  // A page of background work is known by its message alone.
  if (record && body.work) {
    await ports.queues.sendSeeTo([{ body: body as SeeTo, delaySeconds: 0 }]);
  } else if (record) await resend(ports, record);
  return true;
}
