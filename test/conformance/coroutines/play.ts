/**
 * Plays programs of coroutines through the public SDK, in processes of a cloud.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Forerun, Future } from "../../../client/index.ts";
import { endedByItself } from "../lateness.ts";
import { outcomeOf, refusalOf } from "../outcome.ts";
import type { Played } from "../play.ts";
import type { OpOutcomes, Outcome } from "../scenario.ts";
import { coroutine } from "../tasks.ts";
import { type Grid, momentOf } from "./grid.ts";
import { readNotes, type Told } from "./notes.ts";
import { type CoroutineScenario, type Effects, lastOf } from "./scenario.ts";

export interface CoroutinePlayOptions {
  forerun: Forerun;
  /** Milliseconds of a tick. */
  tick: number;
  /** Tells this play's ids from those of others: letters, digits and hyphens. */
  prefix: string;
  /** A file, of this play only, to which its coroutines append what they do. */
  notes: string;
  /** Is told by how many ticks each call was answered late. */
  onDelay?: (ticks: number) => void;
}

/** Ticks after the last that is expected, in which nothing more may happen. */
const AFTERMATH_TICKS = 1;
/** For how long a future that should have settled is still waited for: what was lost is found after a minute. */
const PATIENCE_SECONDS = 20;
/** Scenarios have no priorities: all is urgent. */
const PRIORITY = 0;

export async function playCoroutines(
  scenario: CoroutineScenario,
  { forerun, tick, prefix, notes, onDelay = () => {} }: CoroutinePlayOptions,
): Promise<Played & { effects: Effects }> {
  const grid: Grid = { begun: Date.now(), tick };
  const until = (at: number) => delay(Math.max(0, momentOf(grid, at) - Date.now()));
  const ids = new Map<string, string>();
  const idOf = (name: string) => ids.get(name) ?? name;
  const late: Record<string, number> = {};
  const ops: OpOutcomes = {};

  for (const [index, op] of scenario.ops.entries()) {
    await until(op.at);
    if ("as" in op) ids.set(op.as, `${prefix}-${index}`);
    try {
      if (op.op === "coroutine") {
        const input = { as: op.as, body: op.body, grid, notes };
        await forerun.submit(coroutine, input, { id: idOf(op.as), priority: PRIORITY });
      } else if (op.op === "gather") {
        const { returnExceptions = false } = op;
        const id = idOf(op.as);
        await (returnExceptions
          ? forerun.gather(op.of.map(idOf), { id, returnExceptions })
          : forerun.gather(op.of.map(idOf), { id }));
      } else {
        ops[index] = { returned: await forerun.future(idOf(op.target)).cancel() };
      }
    } catch (error) {
      ops[index] = { error: refusalOf(error) };
    }
    const delayed = (Date.now() - grid.begun) / tick - op.at;
    onDelay(delayed);
    late[`op ${index} (${op.op})`] = delayed;
  }
  await until(Math.min(scenario.until, lastOf(scenario) + AFTERMATH_TICKS));

  await settled(scenario, (name) => ids.has(name) && forerun.future(idOf(name)));
  const told = readNotes(notes);
  for (const [name, { id }] of told.named) ids.set(name, id);
  await settled(scenario, (name) => told.named.has(name) && forerun.future(idOf(name)));
  const views = new Map<string, Future>();
  for (const name of Object.keys(scenario.expect.futures)) {
    const view = await forerun
      .future(idOf(name))
      .get()
      .catch(() => undefined);
    if (view) views.set(name, view);
  }
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const clock = { ...grid, names: (id: string) => names.get(id) ?? id };
  const futures: Record<string, Outcome> = {};
  for (const [name, view] of views) futures[name] = outcomeOf(view, clock);
  Object.assign(late, lateInNotes(told, views, grid));
  return { futures, ops, effects: told.effects, late };
}

/** Waits for those that settle. How they ended, their views tell. */
async function settled(
  { expect }: CoroutineScenario,
  handleOf: (name: string) => ReturnType<Forerun["future"]> | false,
): Promise<void> {
  const timeoutSeconds = PATIENCE_SECONDS;
  const waits = Object.entries(expect.futures).map(async ([name, { state }]) => {
    const handle = state !== "pending" && handleOf(name);
    if (handle) await handle.exception({ timeoutSeconds }).catch(() => {});
  });
  await Promise.all(waits);
}

/** By how many ticks coroutines came late to their statements, and tasks started and ended late. */
function lateInNotes(
  told: Told,
  views: ReadonlyMap<string, Future>,
  { begun, tick }: Grid,
): Record<string, number> {
  const late: Record<string, number> = {};
  const ticksAt = (time: string) => (Date.parse(time) - begun) / tick;
  for (const [name, ticks] of Object.entries(told.late)) late[`a statement of ${name}`] = ticks;
  for (const [name, { starts, ends }] of told.named) {
    const view = views.get(name);
    if (starts === undefined || ends === undefined || !view?.startedAt) continue;
    late[`the start of ${name}`] = ticksAt(view.startedAt) - starts;
    if (!endedByItself(view) || view.settledAt === undefined) continue;
    late[`the end of ${name}`] = ticksAt(view.settledAt) - ends;
  }
  return late;
}
