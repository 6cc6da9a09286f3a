/**
 * Puts tasks on their bands' queues, then as many permits on the permit queue: the permit must
 * not come before its task.
 */
import { bandOf, DEFAULT_PRIORITY } from "../bands.ts";
import type { FutureRecord } from "../future.ts";
import type { Outgoing, Permit, Ports, TaskMessage } from "../ports.ts";

export async function dispatch(ports: Ports, tasks: readonly FutureRecord[]): Promise<void> {
  if (tasks.length === 0) return;
  const now = ports.clock.now();
  const byBand = new Map<number, Outgoing<TaskMessage>[]>();
  const permits: Outgoing<Permit>[] = [];
  for (const task of tasks) {
    const band = bandOfTask(ports, task);
    const delaySeconds = delayUntil(task.due, now);
    const messages = byBand.get(band) ?? [];
    byBand.set(band, messages);
    messages.push({
      body: taskMessage(task),
      delaySeconds,
      ...(task.tenant === undefined ? {} : { group: task.tenant }),
    });
    const due = delaySeconds > 0 ? { due: now + delaySeconds * 1000 } : {};
    permits.push({ body: { band, ...due }, delaySeconds });
  }
  await Promise.all([...byBand].map(([band, sends]) => ports.queues.sendTasks(band, sends)));
  await ports.queues.sendPermits(permits);
}

export function bandOfTask(ports: Pick<Ports, "config">, task: FutureRecord): number {
  return bandOf(task.priority ?? DEFAULT_PRIORITY, ports.config.bands);
}

function taskMessage(task: FutureRecord): TaskMessage {
  return {
    id: task.id,
    turn: task.turn,
    ...(task.due === undefined ? {} : { due: task.due }),
  };
}

/** Whole seconds from now until a time, rounded up: SQS knows no shorter delay. */
export function delayUntil(due: number | undefined, now: number): number {
  return due === undefined ? 0 : Math.max(0, Math.ceil((due - now) / 1000));
}
