/**
 * A report for people.
 */
import { curl } from "./curl.ts";
import type { Finding, Report } from "./play.ts";

/** Characters of an answer that are shown. */
const MAX_DETAIL = 500;

/** Statuses by operation and kind of request, one line each. */
export function describeAnswers({ answers }: Report): string {
  const lines = [...answers].sort().flatMap(([operation, kinds]) =>
    [...kinds].sort().map(([kind, statuses]) => {
      const counts = [...statuses].sort().map(([status, times]) => `${status}: ${times}`);
      return `${operation.padEnd(28)} ${kind.padEnd(13)} ${counts.join("  ")}`;
    }),
  );
  return lines.join("\n");
}

export function describeFinding([name, finding]: [string, Finding]): string {
  const { times, seed, request, detail } = finding;
  const shown = detail.length > MAX_DETAIL ? `${detail.slice(0, MAX_DETAIL)}…` : detail;
  const again = request ? curl(request) : `npm run fuzz -- --requests 200 --seed ${seed}`;
  return `${name} (${times} times; seed ${seed})\n  ${shown}\n  ${again}`;
}
