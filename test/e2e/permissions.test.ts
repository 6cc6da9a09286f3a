/**
 * Every statement of the functions' policies is needed, and none is missing: all flows run without
 * a refusal, each grant is used by one, and without it that flow is refused. The deployment has every
 * option that brings statements of its own.
 *
 * Grants that nothing used are dead; refusals while nothing is taken away are statements that are
 * missing.
 */
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cloud, Grant, Use } from "../../local/index.ts";
import { type Deployment, deployApp } from "./support/deployment.ts";
import type { Flow } from "./support/flowParts.ts";
import { FLOWS } from "./support/flows.ts";
import { type Operator, operate } from "./support/operator.ts";
import { POOL_FLOWS } from "./support/poolFlows.ts";
import { synthesizeRich } from "./support/richAssembly.ts";
import { SWEEPER_FLOWS } from "./support/sweeperFlows.ts";

/** Heartbeats come each second. */
const LEASE_SECONDS = 3;

/** How long flows may take until one is refused, on a busy machine: the lowest bands come last. */
const REFUSED_WITHIN_MS = 60_000;
/** What follows from the flow that used a grant first is given so long, and the flow so many turns
 * alone; then all flows are run. */
const FIRST_WITHIN_MS = 3000;
const FIRST_TURNS = 2;

/** Grants that this machine cannot see used, with the reason why. */
const NOT_JUDGED: readonly [pattern: RegExp, reason: string][] = [
  [/ logs:/, "logs are files here"],
  [/ xray:/, "traces are dropped here"],
  [/ sqs:GetQueueUrl on /, "CDK's event source brings it unasked"],
  [/SettlerRole sqs:ChangeMessageVisibility on /, "CDK's event source brings it unasked"],
];

let it: Deployment;
let operator: Operator;
/** The flow that each grant was first used by. */
const flowOf = new Map<string, string>();
const uses: Use[] = [];

const MAPPINGS = "the mappings are created";
const flows = new Map<string, Flow>([
  [MAPPINGS, async () => it.cloud.policies.checkMappings()],
  ...Object.entries(FLOWS),
  ...Object.entries(SWEEPER_FLOWS),
  ...Object.entries(POOL_FLOWS),
]);

beforeAll(async () => {
  it = await deployApp((outdir) => synthesizeRich(outdir, LEASE_SECONDS));
  operator = operate(it.cloud);
});
afterAll(() => it.stop());

test("no statement is missing: every flow runs without a refusal", {
  timeout: 600_000,
}, async () => {
  for (const [name, flow] of flows) {
    // What fails for want of a statement is told below, with all that is missing.
    await flow(operator).catch((error: unknown) => console.log(`${name}: ${String(error)}`));
    // What follows from a flow is needed by it as well.
    await idle(it.cloud);
    note(name);
  }
  const missing = it.cloud.policies.denials().map(describe);
  expect([...new Set(missing)]).toEqual([]);
});

test("no statement is dead: every grant is used", () => {
  const dead = it.cloud.policies
    .grants()
    .filter((grant) => !flowOf.has(keyOf(grant)))
    .map(describe)
    .filter((text) => !NOT_JUDGED.some(([pattern]) => pattern.test(text)));
  expect(dead).toEqual([]);
});

test("without any of them a flow is refused", { timeout: 600_000 }, async () => {
  const lines: string[] = [];
  for (const use of oneOfEachKind(uses)) {
    const flow = await refusedFlow(use);
    lines.push(`${flow === undefined ? "NOT NEEDED" : "needed    "} ${describe(use)}: ${flow}`);
  }
  console.log(lines.join("\n"));
  expect(lines.filter((line) => line.startsWith("NOT"))).toEqual([]);
});

/** Takes a grant away and runs the flow that used it, or else any other. */
async function refusedFlow(use: Use): Promise<string | undefined> {
  const { policies } = it.cloud;
  const { role, statement, action, resource, asked } = use;
  using _ = policies.without({ role, statement, action, resource });
  // An object has another name each time.
  const refused = policies
    .denial(resource.endsWith("/*") ? { role, action: asked.action } : { role, ...asked })
    .then(() => true);
  const first = flowOf.get(keyOf(use)) ?? "";
  const leave = new AbortController();
  const runs: Promise<void>[] = [];
  try {
    // A sweep that the schedule began may have taken what the flow had laid out for its own.
    for (let turn = 0; turn < FIRST_TURNS; turn += 1) {
      const flow = run(first, leave.signal);
      runs.push(flow);
      const left = flow.then(() => after(FIRST_WITHIN_MS));
      if (await Promise.race([refused, left, after(REFUSED_WITHIN_MS)])) return first;
    }
    // It was used by what an earlier flow had left to do.
    for (const name of flows.keys()) runs.push(run(name, leave.signal));
    return (await Promise.race([refused, after(REFUSED_WITHIN_MS)])) ? "several flows" : undefined;
  } finally {
    leave.abort();
    // What goes on would meddle with the flow of the next grant.
    await Promise.race([Promise.all(runs), after(REFUSED_WITHIN_MS)]);
  }
}

/**
 * Of the bands' queues one for each role and action, and so of the permits' queues: the others stand
 * in the same statement, and that each is used was seen before.
 */
function oneOfEachKind(all: readonly Use[]): readonly Use[] {
  const kindOf = (use: Use) =>
    describe(use)
      .replace(/(Heavy)?Band[A-Z][a-z]+/, "Band")
      .replace(/(Heavy)?(Reserved)?Permits/, "Permits");
  return [...new Map(all.toReversed().map((use) => [kindOf(use), use])).values()].toReversed();
}

/** A flow fails as the callers of a function without rights do; the refusal is what counts. */
async function run(name: string, signal: AbortSignal): Promise<void> {
  await flows
    .get(name)?.(operator.until(signal))
    .catch(() => {});
}

async function after(milliseconds: number): Promise<false> {
  await setTimeout(milliseconds, undefined, { ref: false });
  return false;
}

/** Books the grants that were used since, to a flow. */
function note(flow: string): void {
  for (const use of it.cloud.policies.uses()) {
    if (flowOf.has(keyOf(use))) continue;
    flowOf.set(keyOf(use), flow);
    uses.push(use);
  }
}

/** Nothing is left to do but what is hidden or delayed: for longer than this test lasts. */
async function idle({ queues, functions }: Cloud): Promise<void> {
  const busy = () => [
    ...functions
      .names()
      .filter((name) => functions.processes(name).some(({ state }) => state === "busy")),
    ...queues
      .names()
      .filter((name) => !/Dead[0-9A-F]{8}$/.test(name) && queues.depth(name).ready > 0),
  ];
  await expect.poll(busy, { timeout: 60_000 }).toEqual([]);
}

function keyOf({ role, statement, action, resource }: Grant): string {
  return [role, statement, action, resource].join(" ");
}

/** `ForerunApiRole sqs:SendMessage on …BandHigh` */
function describe({ role, action, resource }: Pick<Grant, "role" | "action" | "resource">): string {
  const short = (text: string) => text.replace(/^.*[:/]Forerun-/, "").replace(/[0-9A-F]{8}$/, "");
  return `${short(`/${role}`)} ${action} on ${short(resource)}`;
}
