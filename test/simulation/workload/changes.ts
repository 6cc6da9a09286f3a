/**
 * What is done to futures that exist: cancelled, moved to another band, sent again; and bands that
 * are paused for a while.
 */
import { DEFAULT_BANDS } from "../../../core/bands.ts";
import { cancel } from "../../../core/usecases/cancel.ts";
import { move } from "../../../core/usecases/move.ts";
import { pause, resume } from "../../../core/usecases/pause.ts";
import type { Known } from "./known.ts";
import { submitMany } from "./tasks.ts";
import type { Workload } from "./workload.ts";

export async function cancelSome(
  workload: Workload,
  fits?: (known: Known) => boolean,
): Promise<void> {
  for (const id of workload.some(1, fits)) {
    workload.known.requestCancel(id);
    workload.env.history.note(id, "a caller asks to cancel it");
    await workload.call("cancel", (ports) => cancel(ports, id));
  }
}

/** An aggregate is cancelled before it is sealed. */
export function cancelOpen(workload: Workload): Promise<void> {
  return cancelSome(workload, ({ open = false, settled }) => open && !settled);
}

/**
 * A gather is cancelled just as it is being decided: its last member has settled, and whoever tells
 * it so has not written yet what it settles with.
 */
export async function cancelAtTheEnd(workload: Workload): Promise<void> {
  const { random, world, history } = workload.env;
  const parent = await submitMany(workload);
  if (!parent) return;
  const { id } = parent;
  const members = [...workload.known.byId.values()].filter((each) => each.id.startsWith(`${id}.`));
  await Promise.all(members.map((each) => workload.known.whenSettled(each)));
  await world.sleep(random.whole(0, 15));
  if (parent.settled) return;
  // It reaches these and no others.
  for (const each of [parent, ...members]) each.cancelRequested = true;
  history.note(id, "a caller asks to cancel it");
  await workload.call("cancel", (ports) => cancel(ports, id));
}

export async function moveSome(
  workload: Workload,
  fits: (known: Known) => boolean = () => true,
): Promise<void> {
  for (const id of workload.some(1, fits)) {
    const priority = workload.env.random.whole(0, 10);
    const target = workload.known.byId.get(id);
    // On an aggregate it moves whatever stands below it, which may be anything.
    if (target?.kind === "task") {
      target.priorities.push(priority);
      target.moved = true;
    } else workload.known.moved.push(priority);
    workload.env.history.note(id, `a caller moves it to priority ${priority}`);
    await workload.call("move", (ports) => move(ports, id, priority));
  }
}

export function moveAggregate(workload: Workload): Promise<void> {
  return moveSome(workload, ({ kind }) => !["task", "promise", "timer", "step"].includes(kind));
}

/** An operator sends again all that live futures need, as after a purge of the queues. */
export async function requeue(workload: Workload): Promise<void> {
  await workload.operate({ requeue: true });
}

/** For so long what was given up may happen yet: a process may stand still, and a call may last. */
const BELATED_MS = 120_000;

/** An operator pauses a band, and sees to it that it is resumed and stays so. */
export async function pauseSome(workload: Workload): Promise<void> {
  const { random, world } = workload.env;
  const { name } = random.pick(DEFAULT_BANDS);
  await workload.call("pause", (ports) => pause(ports, name));
  await world.sleep(random.whole(0, 60_000));
  await resumeSurely(workload, name);
  await world.sleep(BELATED_MS);
  await resumeSurely(workload, name);
}

async function resumeSurely(workload: Workload, band: string): Promise<void> {
  const { random, world } = workload.env;
  while ((await workload.call("resume", (ports) => resume(ports, band))).how === "gave up") {
    await world.sleep(random.whole(0, 60_000));
  }
}
