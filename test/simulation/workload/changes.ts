/**
 * What is done to futures that exist: cancelled, moved to another band, sent again; and bands that
 * are paused for a while.
 */
import { DEFAULT_BANDS } from "../../../core/bands.ts";
import { cancel } from "../../../core/usecases/cancel.ts";
import { move } from "../../../core/usecases/move.ts";
import { pause, resume } from "../../../core/usecases/pause.ts";
import type { Workload } from "./workload.ts";

export async function cancelSome(workload: Workload): Promise<void> {
  for (const id of workload.some(1)) {
    workload.known.requestCancel(id);
    workload.env.history.note(id, "a caller asks to cancel it");
    await workload.call("cancel", (ports) => cancel(ports, id));
  }
}

export async function moveSome(workload: Workload): Promise<void> {
  for (const id of workload.some(1)) {
    const priority = workload.env.random.whole(0, 10);
    const target = workload.known.byId.get(id);
    // On an aggregate it moves whatever stands below it, which may be anything.
    if (target?.kind === "task") target.priorities.push(priority);
    else workload.known.moved.push(priority);
    workload.env.history.note(id, `a caller moves it to priority ${priority}`);
    await workload.call("move", (ports) => move(ports, id, priority));
  }
}

/** An operator sends again all that live futures need, as after a purge of the queues. */
export async function requeue(workload: Workload): Promise<void> {
  await workload.requeue();
}

/** An operator pauses a band, and sees to it that it is resumed. */
export async function pauseSome(workload: Workload): Promise<void> {
  const { random, world } = workload.env;
  const { name } = random.pick(DEFAULT_BANDS);
  const paused = await workload.call("pause", (ports) => pause(ports, name));
  // What was given up may happen yet, within what a process may stand still and a call may last.
  if (paused.how === "gave up") await world.sleep(120_000);
  for (;;) {
    await world.sleep(random.whole(0, 60_000));
    const answer = await workload.call("resume", (ports) => resume(ports, name));
    if (answer.how !== "gave up") return;
  }
}
