/**
 * Counts what would be billed: requests to SQS and DynamoDB, by who asked what of which resource.
 */
import type { Answer, Call, Interceptor, Service } from "./call.ts";

/** One line of the ledger: all requests of one caller, operation and resource. */
export interface LedgerEntry {
  caller: string;
  service: Service;
  operation: string;
  resource: string;
  requests: number;
  /** Requests answered with an error, refused conditions included. */
  errors: number;
  /** Receives that came back without a message. */
  empty: number;
  /** Messages received. */
  messages: number;
  readUnits: number;
  writeUnits: number;
}

type Count = Exclude<keyof LedgerEntry, "caller" | "service" | "operation" | "resource">;

const COUNTS: readonly Count[] = [
  "requests",
  "errors",
  "empty",
  "messages",
  "readUnits",
  "writeUnits",
];

/** What the ledger held at a moment. */
export interface LedgerSnapshot {
  /** Milliseconds since the epoch. */
  at: number;
  entries: readonly Readonly<LedgerEntry>[];
}

/** Which entries to sum: those that have all of these. */
export type LedgerFilter = Partial<
  Pick<LedgerEntry, "caller" | "service" | "operation" | "resource">
>;

/** A request counts when it is answered; a long poll under way is in no snapshot yet. */
export interface RequestLedger {
  snapshot(): LedgerSnapshot;
  /** What has come since a snapshot; lines on which nothing came are left out. */
  since(snapshot: LedgerSnapshot): LedgerSnapshot;
  reset(): void;
}

/** The ledger, and the interceptor that keeps it. */
export function createLedger(): { ledger: RequestLedger; count: Interceptor } {
  const lines = new Map<string, LedgerEntry>();
  const snapshot = () => ({ at: Date.now(), entries: [...lines.values()].map((e) => ({ ...e })) });
  return {
    async count(call, next) {
      const answer = await next(call);
      record(lines, call, answer);
      return answer;
    },
    ledger: {
      snapshot,
      reset: () => lines.clear(),
      since: (earlier) => difference(snapshot(), earlier),
    },
  };
}

/**
 * Sums the lines that match.
 * @example total(cloud.requests.snapshot(), { operation: "ReceiveMessage" }).empty
 */
export function total(
  { entries }: LedgerSnapshot,
  filter: LedgerFilter = {},
): Record<Count, number> {
  const sums = Object.fromEntries(COUNTS.map((count) => [count, 0])) as Record<Count, number>;
  const wanted = Object.entries(filter) as [keyof LedgerFilter, string][];
  for (const entry of entries) {
    if (!wanted.every(([key, value]) => entry[key] === value)) continue;
    for (const count of COUNTS) sums[count] += entry[count];
  }
  return sums;
}

function record(lines: Map<string, LedgerEntry>, call: Call, answer: Answer): void {
  const { service, operation, resource } = call;
  const line = lineOf(lines, { caller: call.caller.name, service, operation, resource });
  line.requests += 1;
  line.readUnits += answer.units?.read ?? 0;
  line.writeUnits += answer.units?.write ?? 0;
  if (answer.status >= 400) line.errors += 1;
  else if (operation === "ReceiveMessage") {
    const { length } = (answer.body.Messages ?? []) as unknown[];
    line.messages += length;
    if (length === 0) line.empty += 1;
  }
}

function lineOf(lines: Map<string, LedgerEntry>, of: Required<LedgerFilter>): LedgerEntry {
  const key = keyOf(of);
  let line = lines.get(key);
  if (!line) {
    line = { ...of, requests: 0, errors: 0, empty: 0, messages: 0, readUnits: 0, writeUnits: 0 };
    lines.set(key, line);
  }
  return line;
}

function keyOf({ caller, service, operation, resource }: Required<LedgerFilter>): string {
  return `${caller} ${service} ${operation} ${resource}`;
}

function difference(later: LedgerSnapshot, earlier: LedgerSnapshot): LedgerSnapshot {
  const before = new Map(earlier.entries.map((entry) => [keyOf(entry), entry]));
  const entries = later.entries.map((entry) => {
    const old = before.get(keyOf(entry));
    const rest = { ...entry };
    for (const count of COUNTS) rest[count] -= old?.[count] ?? 0;
    return rest;
  });
  return { at: later.at, entries: entries.filter(({ requests }) => requests > 0) };
}
