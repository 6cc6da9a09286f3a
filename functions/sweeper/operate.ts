/**
 * What operators ask the sweeper function for.
 */
import { sumCounts } from "../../core/doctor/census.ts";
import { type DiagnoseOptions, type Diagnosis, diagnose } from "../../core/doctor/diagnose.ts";
import { examineQueues, type QueueReport } from "../../core/doctor/queues.ts";
import type { Pauses } from "../../core/pauses.ts";
import type { Ports } from "../../core/ports.ts";
import type { QueueFilter } from "../../core/queueNames.ts";
import {
  type DeadList,
  listDead,
  type Redriven,
  redriveDead,
} from "../../core/usecases/deadLetters.ts";
import { pause, resume } from "../../core/usecases/pause.ts";
import { requeue } from "../../core/usecases/requeue.ts";

/** One of these is asked for. Answers with a cursor, or with `more`, want to be asked again. */
export interface OperatorEvent {
  /** Sends again what every live future needs, after the queues were lost or purged. */
  requeue?: boolean;
  /** Of a requeue, where to go on: from the answer before. */
  cursor?: string;
  pause?: BandOfPool;
  resume?: BandOfPool;
  /** Lists dead letters. */
  deadLetters?: QueueFilter & { limit?: number };
  /** Sees to the futures of dead letters. */
  redrive?: QueueFilter;
  /** Compares table and queues: the queues first, then the table from their `at` on. */
  doctor?: { queues: true; fix?: boolean } | DiagnoseOptions;
}

interface BandOfPool {
  band: string;
  /** @default all pools */
  pool?: string;
}

/** The answer to a requeue: call again with the cursor until there is none. */
export interface Requeued {
  /** Futures whose messages were sent. */
  sent: number;
  cursor?: string;
}

export type OperatorAnswer =
  | Requeued
  | Pauses
  | DeadList
  | (Redriven & { more: boolean })
  | QueueReport
  | Diagnosis;

/** One invocation works for this long (milliseconds); a page takes a few seconds. */
const BUDGET_MS = 20_000;

/** @returns undefined if nothing of this is asked for */
export async function operate(
  ports: Ports,
  event: OperatorEvent,
): Promise<OperatorAnswer | undefined> {
  const until = ports.clock.now() + BUDGET_MS;
  if (event.requeue) return requeuePages(ports, event.cursor, until);
  if (event.pause) return pause(ports, event.pause.band, event.pause.pool);
  if (event.resume) return resume(ports, event.resume.band, event.resume.pool);
  if (event.deadLetters) {
    const { limit, ...filter } = event.deadLetters;
    return listDead(ports, filter, limit);
  }
  if (event.redrive) return redriveDead(ports, event.redrive, until);
  if (!event.doctor) return undefined;
  if ("queues" in event.doctor) return examineQueues(ports, event.doctor.fix ?? false);
  return diagnosePages(ports, event.doctor, until);
}

async function requeuePages(
  ports: Ports,
  from: string | undefined,
  until: number,
): Promise<Requeued> {
  let sent = 0;
  let cursor = from;
  do {
    const page = await requeue(ports, cursor);
    sent += page.sent;
    cursor = page.cursor;
  } while (cursor !== undefined && ports.clock.now() < until);
  return cursor === undefined ? { sent } : { sent, cursor };
}

async function diagnosePages(
  ports: Ports,
  options: DiagnoseOptions,
  until: number,
): Promise<Diagnosis> {
  const sum: Diagnosis = { checked: 0, findings: [], counts: [] };
  let { cursor } = options;
  do {
    const page = await diagnose(ports, { ...options, ...(cursor === undefined ? {} : { cursor }) });
    sum.checked += page.checked;
    sum.findings.push(...page.findings);
    sum.counts = sumCounts([...sum.counts, ...page.counts]);
    cursor = page.cursor;
  } while (cursor !== undefined && ports.clock.now() < until);
  return cursor === undefined ? sum : { ...sum, cursor };
}
