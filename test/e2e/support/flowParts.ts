/**
 * What several flows need.
 */
import { createAggregate } from "../../../core/usecases/createAggregate.ts";
import type { Operator } from "./operator.ts";
import { BANDS } from "./places.ts";

export type Flow = (it: Operator) => Promise<void>;

/** Far enough that no worker takes it during the test; near enough for a queue's delay. */
export const LATER_SECONDS = 600;

/** Beyond a queue's delay: kept in the index of due times. */
export const FAR_SECONDS = 5000;

export const GATHER = { of: "gather", returnExceptions: false } as const;

export function submit(it: Operator, task: string, input: unknown, rest: object = {}) {
  return it.post("/tasks", { task, input, ...rest });
}

export async function inEachBand(
  each: (priority: number, band: number) => Promise<void>,
): Promise<void> {
  await Promise.all(BANDS.map(({ priority }, band) => each(priority, band)));
}

/** A promise with so many watchers that further ones stand in items of their own. */
export async function watchedByMany(it: Operator): Promise<string> {
  const { id } = await it.post("/promises", {});
  const watch = Array.from({ length: 32 }, (_, index) => `nobody-${index}#0`);
  await it.ports.store.update(id, {}, { watch });
  return id;
}

/** A gather of one whose maker died before it had registered with its member. */
export async function halfMade(it: Operator, member: string): Promise<string> {
  const id = it.ports.newId();
  const update = () => Promise.reject(new Error("died here"));
  const ports = { ...it.ports, store: { ...it.ports.store, update } };
  await createAggregate(ports, { id, of: [member], policy: GATHER }).catch(() => {});
  return id;
}

/** More than goes into the table. */
export const HUGE = "x".repeat(300_000);

/** A promise that settled with a result in the bucket, just before a watcher came. */
export async function watchedTooLate(it: Operator): Promise<string> {
  const { id } = await it.post("/promises", {});
  await it.post(`/futures/${id}/settle`, { result: HUGE });
  await it.ports.store.update(id, {}, { watch: ["nobody#0"] });
  return id;
}

/** A delayed task in each band, for somebody to see to; cancelled in the end. */
export async function delayedTasks(
  it: Operator,
  then: (id: string) => Promise<void>,
): Promise<void> {
  await inEachBand(async (priority) => {
    const rest = { priority, delaySeconds: LATER_SECONDS };
    const { id } = await submit(it, "echo", { value: 1 }, rest);
    await then(id);
  });
}
