/**
 * Watches what a process that leaks would use more and more of.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Status } from "./protocol.ts";

/** One look at the processes of a life of the cloud. */
export interface Sample {
  /** Seconds since the life began. */
  age: number;
  life: number;
  values: Readonly<Record<string, number>>;
}

const MEGABYTE = 1024 ** 2;

export function sample(pid: number, status: Status, life: number, begunAt: number): Sample {
  const values: Record<string, number> = {
    "cloud heap (MB)": status.heap / MEGABYTE,
    "cloud RSS (MB)": rss(pid),
    "cloud descriptors": descriptors(pid).length,
    "cloud sockets": descriptors(pid).filter((each) => each.startsWith("socket:")).length,
    "cloud handles": Object.values(status.resources).reduce((sum, each) => sum + each, 0),
  };
  // Processes of functions come and go: the largest of each kind tells whether they grow.
  for (const { name, pid: each } of status.processes) {
    const key = `${name.replace("Forerun", "").toLowerCase()} RSS (MB)`;
    values[key] = Math.max(values[key] ?? 0, rss(each));
  }
  return { age: (Date.now() - begunAt) / 1000, life, values };
}

function rss(pid: number): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0; // it has just ended, or this is no Linux
  }
}

function descriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((each) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${each}`);
      } catch {
        return ""; // closed in between
      }
    });
  } catch {
    return [];
  }
}

export interface Trend {
  what: string;
  first: number;
  last: number;
  most: number;
  /** By a straight line through the samples, each minute. */
  perMinute: number;
  /** It grew all along, by more than noise does. */
  grows: boolean;
}

/** Until then a process fills its caches. */
const WARM_SECONDS = 60;
/** Too few samples prove nothing. */
const MIN_SAMPLES = 12;
/** Growth within a life beyond this share of the start is flagged. */
const GROWTH = 0.25;
/** …and beyond this: a few descriptors more or less are nothing. */
const MARGIN = 12;

/** The trends of the longest life, once it was warm. */
export function trendsOf(samples: readonly Sample[]): Trend[] {
  const lives = Map.groupBy(samples, ({ life }) => life);
  const longest = [...lives.values()].reduce<readonly Sample[]>(
    (a, b) => (b.length > a.length ? b : a),
    [],
  );
  const warm = longest.filter(({ age }) => age >= WARM_SECONDS);
  const used = warm.length >= MIN_SAMPLES ? warm : longest;
  const names = [...new Set(used.flatMap(({ values }) => Object.keys(values)))].sort();
  return names.map((what) => trendOf(what, used, warm.length >= MIN_SAMPLES));
}

function trendOf(what: string, samples: readonly Sample[], isWarm: boolean): Trend {
  const points = samples
    .map(({ age, values }) => ({ x: age / 60, y: values[what] ?? 0 }))
    .filter(({ y }) => y > 0);
  const ys = points.map(({ y }) => y);
  const third = Math.ceil(ys.length / 3);
  const before = Math.max(...ys.slice(0, third));
  const after = Math.min(...ys.slice(-third));
  return {
    what,
    first: ys[0] ?? 0,
    last: ys.at(-1) ?? 0,
    most: Math.max(0, ...ys),
    perMinute: slope(points),
    // Even the least of the end lies above the most of the beginning.
    grows: isWarm && points.length >= MIN_SAMPLES && after > before * (1 + GROWTH) + MARGIN,
  };
}

function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, each) => sum + of(each), 0) / Math.max(1, points.length);
  const x = mean((each) => each.x);
  const y = mean((each) => each.y);
  const spread = mean((each) => (each.x - x) ** 2);
  return spread === 0 ? 0 : mean((each) => (each.x - x) * (each.y - y)) / spread;
}
