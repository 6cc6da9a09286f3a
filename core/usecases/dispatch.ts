/**
 * Puts tasks on the queues of their pools and bands, then as many permits on the permit queues: the
 * permit must not come before its task. Where slots are reserved for a band, its tasks ring both:
 * whichever permit comes first finds the task, the other finds nothing.
 */
import { bandOf, DEFAULT_PRIORITY } from "../bands.ts";
import type { FutureRecord } from "../future.ts";
import { mayReserve, type Pool, poolOf } from "../pools.ts";
import type { Outgoing, Permit, PermitQueue, Ports, Queues, TaskMessage } from "../ports.ts";

export interface DispatchOptions {
  /** Whether permits are rung; without them tasks wait until something rings. @default true */
  permits?: boolean;
}

export async function dispatch(
  ports: Ports,
  tasks: readonly FutureRecord[],
  options: DispatchOptions = {},
): Promise<void> {
  const byPool = Map.groupBy(tasks, (task) => poolOf(ports.config.pools, task.pool));
  await Promise.all([...byPool].map(([pool, some]) => dispatchTo(ports, pool, some, options)));
}

async function dispatchTo(
  ports: Ports,
  pool: Pool,
  tasks: readonly FutureRecord[],
  options: DispatchOptions,
): Promise<void> {
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
    const twin = mayReserve(pool, band) ? { twin: { id: task.id, turn: task.turn } } : {};
    permits.push({ body: { band, ...due, ...twin }, delaySeconds });
  }
  const { queues } = ports;
  await Promise.all(
    [...byBand].map(([band, sends]) => queues.sendTasks({ band, pool: pool.name }, sends)),
  );
  if (options.permits ?? true) await ringBoth(queues, pool, permits);
}

async function ringBoth(
  queues: Queues,
  { name }: Pool,
  permits: readonly Outgoing<Permit>[],
): Promise<void> {
  const twins = permits.filter(({ body }) => body.twin);
  const to = (which: PermitQueue["permits"]): PermitQueue => ({ permits: which, pool: name });
  await Promise.all([
    twins.length > 0 ? queues.sendPermits(to("reserved"), twins) : undefined,
    queues.sendPermits(to("any"), permits),
  ]);
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
