/**
 * Many seeds, and what was seen in all of them.
 */
import { allCallSites, CrashPoints } from "./crashPoints.ts";
import { FAULT_KINDS, type FaultKind } from "./faults.ts";
import type { Violation } from "./history.ts";
import type { SeedRun } from "./seedRun.ts";
import { type SeedsOptions, seedRuns } from "./seedRuns.ts";

export interface CampaignOptions extends SeedsOptions {
  /** Whether to end with the first seed that has a violation. @default false */
  untilViolation?: boolean;
  onSeed?: (so: Seen) => void;
}

/** A place in the code that calls a port, and how often processes died there. */
export interface SeenSite {
  place: string;
  method: string;
  before: number;
  after: number;
}

export interface Seen {
  from: number;
  /** Seeds that were run. */
  seeds: number;
  seconds: number;
  tasks: number;
  futures: number;
  faults: Partial<Record<FaultKind, number>>;
  violations: (Violation & { seed: number })[];
  /** Seeds that were told a crash point to which processes came, and those in which one died there. */
  directed: { reached: number; died: number };
}

export interface Result extends Seen {
  sites: SeenSite[];
  /** It was ended early. */
  interrupted: boolean;
}

export async function runSeeds(options: CampaignOptions): Promise<Result> {
  const { from, seeds, untilViolation = false, stops } = options;
  const begun = performance.now();
  const points = new CrashPoints();
  const seen: Seen = {
    from,
    seeds: 0,
    seconds: 0,
    tasks: 0,
    futures: 0,
    faults: {},
    violations: [],
    directed: { reached: 0, died: 0 },
  };
  let isCaught = false;
  for await (const run of seedRuns(options)) {
    add(seen, run);
    points.add(run.deaths);
    seen.seconds = (performance.now() - begun) / 1000;
    options.onSeed?.(seen);
    isCaught = untilViolation && run.violations.length > 0;
    if (isCaught) break;
  }
  const sites = allCallSites().map((site) => ({
    ...site,
    before: points.at("before", site),
    after: points.at("after", site),
  }));
  return { ...seen, sites, interrupted: stops?.() === true && !isCaught && seen.seeds < seeds };
}

function add(seen: Seen, { seed, tasks, futures, faults, violations, directed }: SeedRun): void {
  seen.seeds += 1;
  if (directed && directed.visits > 0) seen.directed.reached += 1;
  if (directed && directed.deaths > 0) seen.directed.died += 1;
  seen.tasks += tasks;
  seen.futures += futures;
  for (const kind of FAULT_KINDS) {
    const count = faults.get(kind);
    if (count !== undefined) seen.faults[kind] = (seen.faults[kind] ?? 0) + count;
  }
  seen.violations.push(...violations.map((each) => ({ seed, ...each })));
}

/** Crash points of the sites: all, and those at which a process died. */
export function coverage(sites: readonly SeenSite[]): { all: number; covered: number } {
  const covered = sites.reduce(
    (sum, { before, after }) => sum + Number(before > 0) + Number(after > 0),
    0,
  );
  return { all: 2 * sites.length, covered };
}
