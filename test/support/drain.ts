/**
 * Everything that goes on by itself, one step at a time: the settler, the worker and the sweeper
 * on ports in memory, until nothing is left to do. Time jumps to the next message.
 */
import { QUEUE_HORIZON_MS } from "../../core/owed.ts";
import type { QueueName, SeeTo, TaskMessage } from "../../core/ports.ts";
import { fetchText, inputOf } from "../../core/texts.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import type { Leased } from "../../core/usecases/claim.ts";
import { type Ended, finishAttempt } from "../../core/usecases/finishAttempt.ts";
import { seeTo } from "../../core/usecases/seeTo.ts";
import { sweep } from "../../core/usecases/sweep.ts";
import type { PermitInHand } from "../../worker/permitInHand.ts";
import { Slot } from "../../worker/slot.ts";
import type { MemoryPorts } from "./memoryPorts.ts";
import { Mishap } from "./mortal.ts";
import { PERMITS } from "./queueKey.ts";

/** Seconds: what the deployment sets on the mappings' queues. */
const SETTLE_VISIBILITY = 360;
const PERMIT_VISIBILITY = 900;
const MINUTE_MS = 60_000;
/** No test has as much to do; a message that comes again for ever is found by it. */
const MAX_STEPS = 5000;

export interface DrainOptions {
  /** Makes one call of one process go wrong. */
  mishap?: Mishap;
  /** Whether the sweeper runs each minute. @default true */
  sweeps?: boolean;
  /** Stops as soon as this holds. @default when nothing is left to do */
  until?: () => Promise<boolean>;
}

/** @throws if the queues never become empty */
export async function drain(ports: MemoryPorts, options: DrainOptions = {}): Promise<void> {
  const { mishap = new Mishap(), sweeps = true, until } = options;
  const { clock } = ports;
  let nextSweep = clock.now() + MINUTE_MS;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (await until?.()) return;
    if (await settlerStep(ports, mishap)) continue;
    if (await workerStep(ports, mishap)) continue;
    const next = await nextMoment(ports, sweeps ? nextSweep : undefined);
    if (next === undefined) return;
    clock.advance(Math.max(0, next - clock.now()));
    if (sweeps && clock.now() >= nextSweep) {
      await mishap.process(ports, sweep);
      nextSweep = clock.now() + MINUTE_MS;
    }
  }
  throw new Error("The queues never become empty.");
}

/** The settler takes one message, if one is visible; it deletes it last. */
export async function settlerStep(ports: MemoryPorts, mishap = new Mishap()): Promise<boolean> {
  const message = ports.queues.receive<SeeTo>("settle", SETTLE_VISIBILITY);
  if (!message) return false;
  const end = await mishap.process(ports, (own) => seeTo(own, message.body));
  if (end.how === "answered") await ports.queues.remove("settle", message.handle);
  return true;
}

/** A worker takes one permit, if one is visible, and does what it stands for. */
export async function workerStep(ports: MemoryPorts, mishap = new Mishap()): Promise<boolean> {
  const permit = ports.queues.receive<PermitInHand["body"]>(PERMITS, PERMIT_VISIBILITY);
  if (!permit) return false;
  const end = await mishap.process(ports, (own) => {
    const slot = new Slot(own, {
      retryOf: () => undefined,
      run: async ({ task }) => {
        const ended = await runHandler(ports, task);
        return (await finishAttempt(own, task, ended, undefined)) === "lost" ? "leave" : "delete";
      },
    });
    return slot.serve({ ...permit, queue: PERMITS, fetched: false });
  });
  if (end.how === "answered" && end.value) await ports.queues.remove(PERMITS, permit.handle);
  // As createPermitHandler does after an error.
  if (end.how === "threw") await ports.queues.hide(PERMITS, permit.handle, 5);
  return true;
}

/** A task's name says how its handler ends. */
async function runHandler(ports: MemoryPorts, task: Leased): Promise<Ended> {
  const thrown = (retryable: boolean): Ended => ({
    how: "threw",
    error: { name: "PlannedError", message: task.id },
    retryable,
  });
  // A handler that is run finds its input, wherever it is.
  await fetchText(ports, task.id, inputOf(task));
  if (task.task === "askedToStop") await cancel(ports, task.id);
  if ((await ports.store.read(task.id))?.cancel && task.task !== "declines") {
    return { how: "cancelled" };
  }
  if (task.task === "fails") return thrown(false);
  if (task.task === "flaky" && task.attempts === 1) return thrown(true);
  const text = task.task === "large" ? "x".repeat(1000) : task.id;
  return { how: "returned", result: JSON.stringify(text) };
}

/** When something can next be done; undefined if nothing is left. */
async function nextMoment(ports: MemoryPorts, nextSweep?: number): Promise<number | undefined> {
  const times: number[] = [];
  for (const queue of ["settle", PERMITS] as QueueName[]) {
    for (const { visibleAt } of ports.queues.messages(queue)) times.push(visibleAt);
  }
  const waiting = [...ports.config.bands.keys()].some(
    (band) => ports.queues.messages({ band }).length > 0,
  );
  const [due] = await ports.store.dueBy(Number.POSITIVE_INFINITY, 1);
  // Without a permit only the sweeper helps a message.
  if (nextSweep !== undefined && (waiting || times.length > 0)) times.push(nextSweep);
  // Sweeps that find nothing are left out: a year of them would take long.
  else if (nextSweep !== undefined && due)
    times.push(Math.max(nextSweep, due.at - QUEUE_HORIZON_MS));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The messages of a band's queue, as what they say. */
export function taskMessages(ports: MemoryPorts, band: number): TaskMessage[] {
  return ports.queues.messages({ band }).map((each) => each.body as TaskMessage);
}
