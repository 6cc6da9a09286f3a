/**
 * The points at which a process can die: before and after every call to a port that stands in the
 * code of the rules and of the functions. The list is read from the sources, so that none is missed.
 */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A place in the code that calls a port. */
export interface CallSite {
  /** Such as `core/usecases/submit.ts:86`. */
  place: string;
  /** Such as `store.insert`. */
  method: string;
}

const CALL = /\b(store|objects|queues|notices)\??\s*\.\s*([a-zA-Z]+)\(/g;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;

/** All call sites that exist, in the order of files and lines. Read once: the sources do not change. */
export function allCallSites(): readonly CallSite[] {
  sites ??= readCallSites();
  return sites;
}

let sites: readonly CallSite[] | undefined;

function readCallSites(): CallSite[] {
  return globSync("{core,worker,functions}/**/*.ts", { cwd: ROOT })
    .sort()
    .flatMap((file) => {
      // Blanked, so that places stay where they are.
      const source = readFileSync(`${ROOT}/${file}`, "utf8").replaceAll(COMMENT, (text) =>
        text.replaceAll(/[^\n]/g, " "),
      );
      return [...source.matchAll(CALL)].map((match) => {
        const at = match.index + match[0].length;
        const line = source.slice(0, at).split("\n").length;
        return { place: `${file}:${line}`, method: `${match[1]}.${match[2]}` };
      });
    });
}

const FRAME = /\/((?:core|worker|functions)\/[^():]+\.ts:\d+):\d+/;
/** Between the call of a port and this are a few frames of ours, and of a sabotage. */
const MAX_FRAMES = 15;

/** Places by the frames that stand for them, so that most frames need not be put into words. */
const places = new Map<string, string>();

/**
 * The place in the code whose call to a port is being made: looked up only where it is needed.
 *
 * Frames are compared as they are, and read as text only when they are new: that costs 20 times as
 * much, but goes by the source maps of whoever has transformed the code (the tests' runner).
 */
export function callingPlace(): string {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = MAX_FRAMES;
  Error.prepareStackTrace = toKey;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callingPlace);
  const key = holder.stack ?? "";
  Error.prepareStackTrace = prepareStackTrace;
  let place = places.get(key);
  if (place === undefined) {
    place = FRAME.exec(new Error().stack ?? "")?.[1] ?? "elsewhere";
    places.set(key, place);
  }
  Error.stackTraceLimit = stackTraceLimit;
  return place;
}

const OF_RULES = /\/(?:core|worker|functions)\/[^?]*\.ts/;

/** The first frame in the code of the rules and of the functions, whose call it is. */
function toKey(_: Error, frames: readonly NodeJS.CallSite[]): string {
  for (const frame of frames) {
    const file = frame.getFileName();
    if (!file || !OF_RULES.test(file)) continue;
    return `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
  }
  return "";
}

export type Moment = "before" | "after";

/** A call site, and whether a process dies as it calls or once it has its answer. */
export interface CrashPoint extends CallSite {
  moment: Moment;
}

/** All crash points that exist: of each site both, in turn. */
export function allCrashPoints(): readonly CrashPoint[] {
  points ??= allCallSites().flatMap((site) => [
    { ...site, moment: "before" as const },
    { ...site, moment: "after" as const },
  ]);
  return points;
}

let points: readonly CrashPoint[] | undefined;

/** Where processes died, with how often. */
export class CrashPoints {
  /** By the points' keys. */
  readonly deaths = new Map<string, number>();

  died(moment: Moment, method: string, place: string): void {
    this.count(`${moment} ${method} at ${place}`, 1);
  }

  /** Adds those of another run. */
  add(deaths: ReadonlyMap<string, number>): void {
    for (const [key, count] of deaths) this.count(key, count);
  }

  /** How often processes died there. */
  at(moment: Moment, { method, place }: CallSite): number {
    return this.deaths.get(`${moment} ${method} at ${place}`) ?? 0;
  }

  private count(key: string, times: number): void {
    this.deaths.set(key, (this.deaths.get(key) ?? 0) + times);
  }
}
