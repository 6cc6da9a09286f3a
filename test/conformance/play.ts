/**
 * Plays a scenario through the public SDK, and says what happened.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Forerun, Future } from "../../client/index.ts";
import { type Lateness, lateTasks } from "./lateness.ts";
import { outcomeOf, refusalOf } from "./outcome.ts";
import { type Naming, perform, type Stage } from "./perform.ts";
import { reachable } from "./reach.ts";
import { type OpOutcomes, type Outcome, type Scenario, type Step, stepsOf } from "./scenario.ts";
import { Timeline } from "./timeline.ts";

/** What happened; times are in played ticks. */
export interface Played {
  futures: Record<string, Outcome>;
  ops: OpOutcomes;
  late: Lateness;
}

export interface PlayOptions {
  forerun: Forerun;
  /** Milliseconds of a tick. */
  tick: number;
  /** Tells this play's ids from those of others: letters, digits and hyphens. */
  prefix: string;
  /** Is told by how many ticks each call was answered late. */
  onDelay?: (ticks: number) => void;
}

/** For how long a future that should have settled is still waited for. */
const PATIENCE_TICKS = 10;
/** What was lost is found after a minute, and must not count as punctual. */
const MAX_PATIENCE_MS = 20_000;

export async function play(scenario: Scenario, options: PlayOptions): Promise<Played> {
  const { forerun, tick, prefix, onDelay = () => {} } = options;
  const timeline = new Timeline(scenario);
  const names = namesOf(scenario, prefix);
  const stage: Stage = { forerun, tick, timeline, names, reachable: reachable(scenario) };
  const begun = Date.now();
  const late: Record<string, number> = {};
  const ops: OpOutcomes = {};
  const ticksNow = () => (Date.now() - begun) / tick;
  const until = (at: number) => delay(Math.max(0, begun + at * tick - Date.now()));

  for (const steps of together(stepsOf(scenario))) {
    const [{ index, at, op }] = steps;
    await until(timeline.at(at));
    try {
      const returned = await perform(steps, stage);
      if (op.op === "cancel") ops[index] = { returned };
    } catch (error) {
      ops[index] = { error: refusalOf(error) };
    }
    const delayed = ticksNow() - timeline.at(at);
    onDelay(delayed);
    late[`op ${index} (${op.op})`] = delayed;
  }
  await until(timeline.end);
  const views = await viewsOf(scenario, stage);
  const clock = { begun, tick, names: names.nameOf };
  const futures = Object.fromEntries(
    [...views].map(([name, view]) => [name, outcomeOf(view, clock)]),
  );
  Object.assign(late, lateTasks(scenario, views, { begun, tick, timeline }));
  return { futures, ops, late };
}

/** Tasks that start together are submitted together, so that the last is not late. */
function together(steps: readonly Step[]): [Step, ...Step[]][] {
  const groups: [Step, ...Step[]][] = [];
  for (const step of steps) {
    const group = groups.at(-1);
    const joins = step.op.op === "task" && group?.[0].op.op === "task" && group[0].at === step.at;
    if (joins) group.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** Names may be any text and ids may not; members of a task group have derived ids. */
function namesOf(scenario: Scenario, prefix: string): Naming {
  const { ops } = scenario;
  const ids = new Map<string, string>();
  for (const [index, op] of ops.entries()) {
    if (!("as" in op)) continue;
    const id = `${prefix}-${index}`;
    ids.set(op.as, id);
    if (op.op !== "taskGroup") continue;
    for (const [child, { as }] of op.tasks.entries()) ids.set(as, `${id}.${child}`);
  }
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const idOf = (name: string) => ids.get(name) ?? name;
  const same = identities(scenario);
  return {
    idOf,
    identityOf: (name) => idOf(same.get(name) ?? name),
    nameOf: (id) => names.get(id) ?? id,
  };
}

/** asyncio's shield of a future that is done is that very future, which a set holds once. */
function identities(scenario: Scenario): Map<string, string> {
  const same = new Map<string, string>();
  for (const { at, op } of stepsOf(scenario)) {
    if (op.op !== "shield") continue;
    const settledAt = scenario.expect.futures[op.of]?.at ?? Number.POSITIVE_INFINITY;
    if (settledAt < at) same.set(op.as, same.get(op.of) ?? op.of);
  }
  return same;
}

/** All futures at the end, once those that settle have settled. */
async function viewsOf(scenario: Scenario, stage: Stage): Promise<Map<string, Future>> {
  const patience = Math.min(PATIENCE_TICKS * stage.tick, MAX_PATIENCE_MS) / 1000;
  const entries = Object.entries(scenario.expect.futures).map(async ([name, { state }]) => {
    const handle = stage.forerun.future(stage.names.idOf(name));
    // Awaited together they are read by one request. How it ended, the view tells.
    const settles = state !== "pending";
    if (settles) await handle.exception({ timeoutSeconds: patience }).catch(() => {});
    const view = await handle.get().catch(() => undefined);
    return view ? ([[name, view]] as const) : [];
  });
  return new Map((await Promise.all(entries)).flat());
}
