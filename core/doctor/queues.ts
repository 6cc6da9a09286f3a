/**
 * What the queues tell: permits that were lost, dead letters, paused work.
 */
import { type Pauses, pausedBands } from "../pauses.ts";
import type { Pool } from "../pools.ts";
import type { Depth, PermitQueue, Ports } from "../ports.ts";
import { allQueues, queueLabel } from "../queueNames.ts";
import { redriveDead } from "../usecases/deadLetters.ts";
import { ring } from "../usecases/ring.ts";
import type { Messages } from "./census.ts";
import { FINDINGS, type Finding } from "./findings.ts";

/** Counts are approximate: what is wrong must be so twice, this long apart (milliseconds). */
const LOOK_AGAIN_MS = 2000;

export interface QueueReport {
  findings: Finding[];
  /** What was counted, for the comparison with the table. */
  messages: Messages[];
  /** When it was counted, in milliseconds. */
  at: number;
}

/** @param fix whether to mend what is found */
export async function examineQueues(ports: Ports, fix: boolean): Promise<QueueReport> {
  const at = ports.clock.now();
  const pauses = await ports.store.pauses();
  const messages = await countMessages(ports);
  const findings = [
    ...pausedWork(ports, pauses, messages),
    ...(await examineDead(ports, fix)),
    ...(await examinePermits(ports, pauses, fix)),
  ];
  return { findings, messages, at };
}

async function countMessages({ config, queues }: Ports): Promise<Messages[]> {
  const places = config.pools.flatMap((pool) =>
    config.bands.map(({ name: band }, index) => ({ pool: pool.name, band, index })),
  );
  return Promise.all(
    places.map(async ({ pool, band, index }) => ({
      pool,
      band,
      depth: await queues.depth({ band: index, pool }),
    })),
  );
}

function pausedWork(ports: Ports, { paused }: Pauses, messages: readonly Messages[]): Finding[] {
  return paused.flatMap(({ pool, band, since }): Finding[] => {
    const depth = messages.find((each) => each.pool === pool && each.band === band)?.depth;
    const waiting = depth ? sum(depth) : 0;
    if (waiting === 0) return [];
    const ofPool = ports.config.pools.length > 1 ? ` --pool ${pool}` : "";
    return [
      {
        kind: "pausedWork",
        severity: "note",
        place: { pool, band },
        what: `${FINDINGS.pausedWork} About ${waiting} messages.`,
        since,
        mend: `forerun bands resume ${band}${ofPool}`,
      },
    ];
  });
}

async function examineDead(ports: Ports, fix: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const queue of allQueues(ports.config)) {
    const letters = sum(await ports.queues.deadDepth(queue));
    if (letters === 0) continue;
    const place = queueLabel(ports.config, queue);
    findings.push({
      kind: "deadLetters",
      severity: "stuck",
      place,
      what: `${FINDINGS.deadLetters} ${letters} of the queue ${place.queue}.`,
      mend: "forerun dead-letters list, then redrive; what cannot be read is to be deleted by hand",
    });
  }
  if (!fix || findings.length === 0) return findings;
  await redriveDead(ports, {}, ports.clock.now() + REDRIVE_MS);
  const left = await Promise.all(
    allQueues(ports.config).map(async (queue) => ({
      ...queueLabel(ports.config, queue),
      letters: sum(await ports.queues.deadDepth(queue)),
    })),
  );
  return findings.map((finding) => {
    const { queue, pool } = finding.place ?? {};
    const still = left.find((each) => each.queue === queue && each.pool === pool)?.letters ?? 0;
    return { ...finding, mended: still === 0 };
  });
}

const REDRIVE_MS = 15_000;

async function examinePermits(ports: Ports, pauses: Pauses, fix: boolean): Promise<Finding[]> {
  const found = await Promise.all(ports.config.pools.map((pool) => look(ports, pool, pauses)));
  const suspects = found.flat().filter(({ kind }) => kind !== undefined);
  if (suspects.length === 0) return [];
  await ports.clock.sleep(LOOK_AGAIN_MS);
  const findings: Finding[] = [];
  for (const suspect of suspects) {
    const again = await look(ports, suspect.pool, pauses);
    const same = again.find(
      ({ kind, queue }) => kind === suspect.kind && queue.permits === suspect.queue.permits,
    );
    if (same) findings.push(await toFinding(ports, same, fix));
  }
  return findings;
}

interface Look {
  pool: Pool;
  queue: PermitQueue;
  kind: "noPermits" | "surplusPermits" | undefined;
  ready: readonly { band: number; ready: number }[];
  permits: number;
}

/** The permits of a pool beside the work that they may serve. */
async function look(ports: Ports, pool: Pool, pauses: Pauses): Promise<Look[]> {
  const { config, queues } = ports;
  const { name, reserved } = pool;
  const paused = pausedBands(config.bands, name, pauses);
  const open = [...config.bands.keys()].filter((band) => !paused.has(band));
  const ready = await Promise.all(
    open.map(async (band) => ({ band, ready: (await queues.depth({ band, pool: name })).ready })),
  );
  const lookAt = async (queue: PermitQueue, served: typeof ready): Promise<Look> => {
    const depth = await queues.depth(queue);
    const work = served.reduce((total, each) => total + each.ready, 0);
    const permits = depth.ready + depth.delayed;
    const kind =
      work > 0 && permits === 0
        ? "noPermits"
        : work === 0 && depth.ready > 0
          ? "surplusPermits"
          : undefined;
    return { pool, queue, kind, ready: served, permits: depth.ready };
  };
  const any = await lookAt({ permits: "any", pool: name }, ready);
  if (!reserved) return [any];
  const top = ready.filter(({ band }) => band <= reserved.through);
  return [any, await lookAt({ permits: "reserved", pool: name }, top)];
}

async function toFinding(ports: Ports, found: Look, fix: boolean): Promise<Finding> {
  const { pool, queue, kind, ready, permits } = found;
  const place = queueLabel(ports.config, queue);
  if (kind === "surplusPermits") {
    const what = `${FINDINGS.surplusPermits} ${permits} of them.`;
    const mend = "nothing: workers drop them within seconds";
    return { kind, severity: "note", place, what, mend };
  }
  const slots = queue.permits === "reserved" ? (pool.reserved?.slots ?? 0) : pool.slots;
  if (fix) await ring(ports, queue, ready, slots);
  const work = ready.reduce((total, each) => total + each.ready, 0);
  return {
    kind: "noPermits",
    severity: "stuck",
    place,
    what: `${FINDINGS.noPermits} ${work} tasks.`,
    mend: "permits are rung for them, as the sweeper does each minute",
    ...(fix ? { mended: true } : {}),
  };
}

function sum({ ready, inFlight, delayed }: Depth): number {
  return ready + inFlight + delayed;
}
