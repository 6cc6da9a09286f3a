/**
 * `forerun doctor`: one page of the table, compared with what should have come of it; on request
 * whatever is owed is performed.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { type Pauses, type Place, pausedBands } from "../pauses.ts";
import type { Ports } from "../ports.ts";
import { bandOfTask, dispatch } from "../usecases/dispatch.ts";
import { perform } from "../usecases/perform.ts";
import { resend } from "../usecases/requeue.ts";
import { seeTo } from "../usecases/seeTo.ts";
import { type Count, countTasks, needsMessage, placeOf } from "./census.ts";
import { examine } from "./examine.ts";
import type { Finding } from "./findings.ts";
import { examineAwaited, examineMembers } from "./members.ts";

export interface DiagnoseOptions {
  /** Where to go on: from the page before. */
  cursor?: string;
  /** Mend what is found. @default false: nothing is written or sent */
  fix?: boolean;
  /** When the messages were counted (milliseconds): older tasks are counted against them. */
  before: number;
  /** Places for whose tasks messages are sent again, because they are too few. */
  resend?: readonly Place[];
}

export interface Diagnosis {
  /** Futures that were looked at. */
  checked: number;
  findings: Finding[];
  counts: Count[];
  cursor?: string;
}

/** What is about to settle while it is looked at has done so after this (milliseconds). */
const LOOK_AGAIN_MS = 1000;

export async function diagnose(ports: Ports, options: DiagnoseOptions): Promise<Diagnosis> {
  const { fix = false, before } = options;
  const pauses = await ports.store.pauses();
  const page = await ports.store.scan(options.cursor);
  const suspects = await findAll(ports, page.records, pauses);
  const findings = await confirm(ports, suspects, pauses);
  if (fix) for (const finding of findings) await mend(ports, finding);
  if (fix) await sendAgain(ports, page.records, options);
  return {
    checked: page.records.length,
    findings,
    counts: countTasks(ports, page.records, before),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  };
}

async function findAll(
  ports: Ports,
  records: Iterable<FutureRecord>,
  pauses: Pauses,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const record of records) {
    const found = await find(ports, record, pauses);
    if (found) findings.push(found);
  }
  return findings;
}

async function find(
  ports: Ports,
  record: FutureRecord,
  pauses: Pauses,
): Promise<Finding | undefined> {
  const now = ports.clock.now();
  return (
    examine(record, now, isPaused(ports, record, pauses)) ??
    (await examineAwaited(ports, record)) ??
    (record.policy || record.overflow ? await examineMembers(ports, record) : undefined)
  );
}

/** Looks again: a future that was on its way is no finding. */
async function confirm(
  ports: Ports,
  suspects: readonly Finding[],
  pauses: Pauses,
): Promise<Finding[]> {
  if (suspects.length === 0) return [];
  await ports.clock.sleep(LOOK_AGAIN_MS);
  const records = await ports.store.readMany(suspects.flatMap(({ id }) => id ?? []));
  return findAll(ports, records.values(), pauses);
}

/** Performs what the future owes. Each of these may be done at any time, and twice. */
async function mend(ports: Ports, finding: Finding): Promise<void> {
  const { id = "", kind, severity } = finding;
  const record = await ports.store.read(id);
  if (!record || severity === "note") return;
  if (kind === "leaseOver") await resend(ports, record);
  else if (kind === "untold") await seeTo(ports, { id, work: "tell" });
  else if (kind === "uncancelled") await seeTo(ports, { id, work: "cancel" });
  else if (kind === "unreported") await seeTo(ports, { id, work: "reconcile" });
  else await perform(ports, [record]);
  finding.mended = true;
}

async function sendAgain(
  ports: Ports,
  records: readonly FutureRecord[],
  { resend: places = [], before }: DiagnoseOptions,
): Promise<void> {
  const lost = records.filter((record) => {
    if (isTerminal(record) || !needsMessage(record, before)) return false;
    const { pool, band } = placeOf(ports, record);
    return places.some((each) => each.pool === pool && each.band === band);
  });
  await dispatch(ports, lost);
}

function isPaused(ports: Ports, record: FutureRecord, pauses: Pauses): boolean {
  if (record.kind !== "task" || pauses.paused.length === 0) return false;
  const { pool } = placeOf(ports, record);
  return pausedBands(ports.config.bands, pool, pauses).has(bandOfTask(ports, record));
}
