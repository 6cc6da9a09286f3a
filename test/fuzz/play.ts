/**
 * Sends thousands of requests, judges every answer, and makes what breaks a rule small.
 */
import fc from "fast-check";
import { DEFAULT_BANDS } from "../../core/bands.ts";
import { type Operation, operationsOf } from "./document.ts";
import { MAKING } from "./fixtures.ts";
import { type FuzzAnswer, judge, type Violation } from "./judge.ts";
import { type FuzzRequest, type Kind, requests } from "./requests.ts";
import { request, type Target } from "./target.ts";

export interface PlayOptions {
  requests: number;
  seed: number;
  /** After each round. */
  onRound?: (report: Report) => void;
}

export interface Finding extends Violation {
  /** How often the rule was broken. */
  times: number;
  /** The smallest request that breaks it; absent: it shows only after a whole round. */
  request?: FuzzRequest;
  /** Of the round. */
  seed: number;
}

export interface Report {
  /** That the document has. */
  operations: number;
  requests: number;
  /** By operation and kind of request: how often each status was answered. */
  answers: Map<string, Map<Kind, Map<number, number>>>;
  findings: Map<string, Finding>;
  /** Futures that were accepted, read back, and found settled. */
  settled: number;
  slowest: { milliseconds: number; operation: string };
}

/** After so many requests something of what waits is done. */
const GO_ON_EVERY = 5;

export async function play(target: Target, options: PlayOptions): Promise<Report> {
  const operations = operationsOf(
    JSON.parse((await target.send(request("GET", "/openapi.json"))).body),
  );
  const report: Report = {
    operations: operations.length,
    requests: 0,
    answers: new Map(),
    findings: new Map(),
    settled: 0,
    slowest: { milliseconds: 0, operation: "" },
  };
  for (let round = 0; report.requests < options.requests; round += 1) {
    const left = options.requests - report.requests;
    await playRound(target, operations, report, {
      requests: Math.min(target.round, left),
      seed: options.seed + round,
    });
    options.onRound?.(report);
  }
  return report;
}

type Round = Pick<PlayOptions, "requests" | "seed">;

async function playRound(
  target: Target,
  operations: readonly Operation[],
  report: Report,
  round: Round,
): Promise<void> {
  const accepted = await prepare(target);
  /** The rule whose violation is being made small. */
  let pursued: string | undefined;
  const property = fc.asyncProperty(requests(operations, target.maxWaitSeconds), async (each) => {
    const answer = await target.send(each);
    for (const id of idsOf(each, answer)) accepted.add(id);
    if (pursued === undefined) count(report, each, answer);
    for (const violation of judge(each, answer, operations)) {
      const key = `${each.operation.name}: ${violation.rule}`;
      const known = report.findings.get(key);
      if (known) known.times += pursued === undefined ? 1 : 0;
      else if (pursued === undefined || pursued === key) {
        pursued = key;
        throw new ViolationError(violation);
      }
    }
    if (report.requests % GO_ON_EVERY === 0) await target.goOn();
  });
  const result = await fc.check(property, { numRuns: round.requests, seed: round.seed });
  if (result.failed) {
    const error = result.errorInstance;
    if (!(error instanceof ViolationError) || pursued === undefined) throw error;
    const [smallest] = result.counterexample ?? [];
    report.findings.set(pursued, {
      ...error.violation,
      times: 1,
      seed: round.seed,
      ...(smallest ? { request: smallest } : {}),
    });
  }
  await readBack(target, report, accepted, round.seed);
}

class ViolationError extends Error {
  readonly violation: Violation;
  constructor(violation: Violation) {
    super(violation.rule);
    this.violation = violation;
  }
}

async function prepare(target: Target): Promise<Set<string>> {
  await target.reset();
  const accepted = new Set<string>();
  for (const { path, body } of MAKING) {
    const answer = await target.send(request("POST", path, body));
    if (answer.status >= 300) throw new Error(`${path} ${JSON.stringify(body)}: ${answer.body}`);
    if ("id" in body) accepted.add(String(body.id));
  }
  return accepted;
}

/** Promise 1: what was accepted can be read, and settles. */
async function readBack(
  target: Target,
  report: Report,
  accepted: ReadonlySet<string>,
  seed: number,
): Promise<void> {
  const note = (rule: string, detail: string) => {
    const known = report.findings.get(rule);
    if (known) known.times += 1;
    else report.findings.set(rule, { rule, detail, times: 1, seed });
  };
  // Paused work waits for somebody.
  for (const { name } of DEFAULT_BANDS) await target.send(request("POST", `/bands/${name}/resume`));
  for (const broken of await target.settle([...accepted])) note("a promise is broken", broken);
  for (const id of accepted) {
    const answer = await target.send(request("GET", `/futures/${id}`));
    const future = JSON.parse(answer.body) as { state?: string };
    if (answer.status !== 200) note("an accepted future cannot be read", `${id}: ${answer.body}`);
    else if (TERMINAL.has(future.state ?? "")) report.settled += 1;
    else note("an accepted future does not settle", answer.body);
  }
}

const TERMINAL: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled"]);

/** The futures that an answer says were accepted. */
function idsOf({ method, target }: FuzzRequest, { status, body }: FuzzAnswer): string[] {
  if (method !== "POST" || status >= 300 || target.startsWith("/approvals")) return [];
  const { id, futures = [] } = JSON.parse(body) as { id?: string; futures?: { id: string }[] };
  return [...(id === undefined ? [] : [id]), ...futures.slice(0, 20).map((each) => each.id)];
}

function count(report: Report, { operation, kind }: FuzzRequest, answer: FuzzAnswer): void {
  report.requests += 1;
  const kinds = report.answers.get(operation.name) ?? new Map<Kind, Map<number, number>>();
  report.answers.set(operation.name, kinds);
  const statuses = kinds.get(kind) ?? new Map<number, number>();
  kinds.set(kind, statuses);
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  if (answer.milliseconds > report.slowest.milliseconds) {
    report.slowest = { milliseconds: answer.milliseconds, operation: operation.name };
  }
}
