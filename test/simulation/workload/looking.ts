/**
 * What operators look at: bands and what the doctor says. Nothing of it may change anything, and
 * what is said must be true.
 */
import { compareCounts } from "../../../core/doctor/census.ts";
import type { Diagnosis } from "../../../core/doctor/diagnose.ts";
import type { Finding } from "../../../core/doctor/findings.ts";
import type { QueueReport } from "../../../core/doctor/queues.ts";
import { isTerminal } from "../../../core/future.ts";
import { viewBands } from "../../../core/view/bands.ts";
import type { BandView } from "../../../core/wire.ts";
import type { Workload } from "./workload.ts";

/** Lists the bands; they are shown as paused if they are. */
export async function lookAtBands(workload: Workload): Promise<BandView[] | undefined> {
  const { table, config } = workload.behind;
  const before = table.pauses();
  const answer = await workload.look("bands", viewBands);
  if (answer.how !== "answered") return undefined;
  // They were changed meanwhile: any of it may be shown.
  if (table.pauses() !== before) return answer.value;
  for (const { name, paused, pausedPools = [] } of answer.value) {
    const pools = before.paused.filter(({ band }) => band === name).map(({ pool }) => pool);
    const shown = paused ? config.pools.map((pool) => pool.name) : pausedPools;
    if (`${shown.toSorted()}` === `${pools.toSorted()}`) continue;
    const what = `the band is shown as paused in ${shown.join() || "none"}, not ${pools.join()}`;
    workload.env.history.violation(0, name, what);
  }
  return answer.value;
}

/** Asks the doctor, and lets it mend things now and then: what is owed may be done at any time. */
export async function askDoctor(workload: Workload): Promise<void> {
  const { random, faults, history } = workload.env;
  const fix = random.chance(0.5);
  const findings = await examine(workload, fix);
  // Whatever is owed is done within two minutes where nothing goes wrong.
  if (!faults.calm) return;
  for (const { severity, id, what } of findings ?? []) {
    if (severity !== "stuck" || id === undefined) continue;
    history.violation(6, id, `the doctor says of a run in which all is well: ${what}`);
  }
}

/** The same again and again, once something may have been left lying for longer than it should. */
export async function askDoctorLater(workload: Workload): Promise<void> {
  const { random, world } = workload.env;
  for (let times = 0; times < 4; times += 1) {
    await world.sleep(random.whole(0, 120_000));
    await askDoctor(workload);
  }
}

/** @returns all that was found; undefined: an invocation has failed or died */
async function examine(workload: Workload, fix: boolean): Promise<Finding[] | undefined> {
  const { config } = workload.behind;
  const { random } = workload.env;
  const queues = await workload.operate({ doctor: { queues: true, fix } }, !fix);
  if (queues === undefined) return undefined;
  const { findings, messages, at } = queues as QueueReport;
  // To send messages again that are there does no harm.
  const places = config.pools.flatMap(({ name: pool }) =>
    config.bands.map(({ name: band }) => ({ pool, band })),
  );
  const resend = fix && random.chance(0.3) ? [random.pick(places)] : [];
  const found = [...findings];
  let cursor: string | undefined;
  do {
    const options = { before: at, fix, resend, ...(cursor === undefined ? {} : { cursor }) };
    const page = await workload.operate({ doctor: options }, !fix);
    if (page === undefined) return undefined;
    const { counts, cursor: next, findings: more } = page as Diagnosis;
    found.push(...more, ...compareCounts(counts, messages));
    cursor = next;
  } while (cursor !== undefined);
  return found;
}

/**
 * Once all has settled and no message is left: the bands are empty, and the doctor finds nothing
 * that is stuck.
 */
export async function lookAround(workload: Workload): Promise<void> {
  const { history } = workload.env;
  for (const { name, ready, inFlight, delayed } of (await lookAtBands(workload)) ?? []) {
    if (ready + inFlight + delayed === 0) continue;
    history.violation(0, name, `an empty band is shown with ${ready} + ${inFlight} + ${delayed}`);
  }
  const findings = await examine(workload, false);
  if (!findings) history.violation(0, "the doctor", "it has failed although nothing goes wrong");
  for (const { kind, severity, id = "the queues", what } of findings ?? []) {
    // What was made by a call that nobody answered may lie there for ever.
    const made = workload.known.byId.get(id);
    if (workload.known.late.has(id)) continue;
    const wasRefused = made?.accepted !== true;
    const lies =
      kind === "missingMessages" ||
      (kind === "overdue" && wasRefused) ||
      (kind === "uncancelled" && onlyRefusedLive(workload, id));
    if (severity !== "stuck" || lies) continue;
    history.violation(6, id, `the doctor says when all is over: ${what}`);
  }
}

/**
 * Whether all members that an aggregate was born with and did not cancel were added by calls that
 * nobody answered: whoever made such a call died once the members that it found had been asked.
 */
function onlyRefusedLive({ known, behind }: Workload, id: string): boolean {
  const unasked = [...known.byId.values()].filter((each) => {
    const record = each.id.startsWith(`${id}.`) ? behind.table.peek(each.id) : undefined;
    return record && !isTerminal(record) && !record.cancel;
  });
  return unasked.length > 0 && unasked.every((each) => !each.accepted && !each.taken);
}
