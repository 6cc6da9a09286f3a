/**
 * An examination of a deployment by its sweeper: the queues, then the table page by page.
 */
import { type Count, compareCounts, sumCounts } from "../core/doctor/census.ts";
import type { Diagnosis } from "../core/doctor/diagnose.ts";
import type { Finding } from "../core/doctor/findings.ts";
import type { QueueReport } from "../core/doctor/queues.ts";
import { Failure } from "./failure.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Invoke } from "./requeueAll.ts";

export interface Examined {
  /** Futures that were looked at. */
  checked: number;
  findings: Finding[];
  /** It was interrupted before the end. */
  partial: boolean;
}

interface Options {
  fix: boolean;
  interrupt: Pick<Interrupt, "asked">;
  onPage: (checked: number, found: number) => void;
}

export async function examineAll(invoke: Invoke, options: Options): Promise<Examined> {
  const { fix, interrupt } = options;
  const queues = (await invoke({ doctor: { queues: true, fix } })) as QueueReport;
  const { messages, at: before, findings } = queues;
  if (!Array.isArray(messages)) {
    throw new Failure("This function is no sweeper, or one of an older version: deploy this one.");
  }
  const table = await pages(invoke, { before, fix }, options, findings.length);
  // Half a table proves nothing about the number of messages.
  const missing = table.partial ? [] : compareCounts(table.counts, messages);
  if (fix && missing.length > 0 && !interrupt.asked) {
    const places = missing.flatMap(({ place }) => place ?? []);
    const again = await pages(invoke, { before, fix, resend: places }, options, 0);
    for (const each of missing) each.mended = !again.partial;
  }
  return {
    checked: table.checked,
    findings: [...table.findings, ...missing, ...findings],
    partial: table.partial,
  };
}

async function pages(
  invoke: Invoke,
  asked: object,
  { interrupt, onPage }: Options,
  found: number,
): Promise<Examined & { counts: Count[] }> {
  const findings: Finding[] = [];
  let counts: Count[] = [];
  let checked = 0;
  let cursor: string | undefined;
  do {
    if (interrupt.asked) return { checked, findings, counts, partial: true };
    const doctor = { ...asked, ...(cursor === undefined ? {} : { cursor }) };
    const page = (await invoke({ doctor })) as Diagnosis;
    checked += page.checked;
    findings.push(...page.findings);
    counts = sumCounts([...counts, ...page.counts]);
    cursor = page.cursor;
    onPage(checked, found + findings.length);
  } while (cursor !== undefined);
  return { checked, findings, counts, partial: false };
}
