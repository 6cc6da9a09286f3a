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

const CALL = /\b(store|queues|notices)\??\s*\.\s*([a-zA-Z]+)\(/g;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;

/** All call sites that exist, in the order of files and lines. */
export function allCallSites(): CallSite[] {
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

/** The place in the code whose call to a port is being made: looked up only where it is needed. */
export function callingPlace(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 25;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return FRAME.exec(stack)?.[1] ?? "elsewhere";
}

export type Moment = "before" | "after";

/** Where processes died, with how often. */
export class CrashPoints {
  private readonly deaths = new Map<string, number>();

  add(moment: Moment, method: string, place: string): void {
    const key = `${moment} ${method} at ${place}`;
    this.deaths.set(key, (this.deaths.get(key) ?? 0) + 1);
  }

  merge(other: CrashPoints): void {
    for (const [key, count] of other.deaths) {
      this.deaths.set(key, (this.deaths.get(key) ?? 0) + count);
    }
  }

  /** How often processes died there. */
  at(moment: Moment, { method, place }: CallSite): number {
    return this.deaths.get(`${moment} ${method} at ${place}`) ?? 0;
  }

  keys(): string[] {
    return [...this.deaths.keys()];
  }
}
