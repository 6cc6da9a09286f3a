/**
 * The flows that together need every statement of the functions' policies. Each can be run again
 * and again, makes futures of its own, and leaves nothing behind that disturbs another.
 */
import { createAggregate } from "../../../core/usecases/createAggregate.ts";
import { BANDS, type Operator } from "./operator.ts";

export type Flow = (it: Operator) => Promise<void>;

/** Far enough that no worker takes it during the test; near enough for a queue's delay. */
const LATER_SECONDS = 600;

/** Beyond a queue's delay: kept in the index of due times. */
const FAR_SECONDS = 5000;

const GATHER = { of: "gather", returnExceptions: false } as const;

/** More than stands in an item, or in one update of it. */
const LARGE = "x".repeat(2000);

function submit(it: Operator, task: string, input: unknown, rest: object = {}) {
  return it.post("/tasks", { task, input, ...rest });
}

async function inEachBand(each: (priority: number, band: number) => Promise<void>): Promise<void> {
  await Promise.all(BANDS.map(({ priority }, band) => each(priority, band)));
}

/** A promise with so many watchers that further ones stand in items of their own. */
async function watchedByMany(it: Operator): Promise<string> {
  const { id } = await it.post("/promises", {});
  const watch = Array.from({ length: 32 }, (_, index) => `nobody-${index}#0`);
  await it.ports.store.update(id, {}, { watch });
  return id;
}

/** A gather of one whose maker died before it had registered with its member. */
async function halfMade(it: Operator, member: string): Promise<string> {
  const id = it.ports.newId();
  const update = () => Promise.reject(new Error("died here"));
  const ports = { ...it.ports, store: { ...it.ports.store, update } };
  await createAggregate(ports, { id, of: [member], policy: GATHER }).catch(() => {});
  return id;
}

/** A delayed task in each band, for somebody to see to; cancelled in the end. */
async function delayedTasks(it: Operator, then: (id: string) => Promise<void>): Promise<void> {
  await inEachBand(async (priority) => {
    const rest = { priority, delaySeconds: LATER_SECONDS };
    const { id } = await submit(it, "echo", { value: 1 }, rest);
    await then(id);
  });
}

export const FLOWS: Readonly<Record<string, Flow>> = {
  "submit in each band": (it) =>
    inEachBand(async (priority) => {
      const { id } = await submit(it, "echo", { value: 1 }, { priority });
      await it.settled(id);
    }),

  "a task of several heartbeats in each band": (it) =>
    inEachBand(async (priority) => {
      const input = { milliseconds: 2500, value: 1 };
      const { id } = await submit(it, "sleep", input, { priority });
      await it.settled(id);
    }),

  "a retry in each band": (it) =>
    inEachBand(async (priority) => {
      const { id } = await submit(it, "flaky", { until: 2 }, { priority });
      await it.settled(id);
    }),

  "a large input and result": async (it) => {
    const { id } = await submit(it, "echo", { value: LARGE });
    await it.settled(id);
  },

  "a batch that is gathered": async (it) => {
    const tasks = [1, 2, 3].map((value) => ({ task: "echo", input: { value } }));
    const { gather } = (await it.post("/tasks/batch", { tasks, gather: {} })) as unknown as {
      gather: { id: string };
    };
    await it.settled(gather.id);
  },

  "cancel and move what waits": async (it) => {
    const rest = { delaySeconds: LATER_SECONDS };
    const { id } = await submit(it, "echo", { value: 1 }, rest);
    await it.post(`/futures/${id}/priority`, { priority: 1 });
    await it.post(`/futures/${id}/cancel`, {});
  },

  "bands are listed": async (it) => {
    await it.get("/bands");
  },

  "a promise settles a wait, which leaves another promise": async (it) => {
    const kept = await watchedByMany(it);
    const { id } = await it.post("/promises", {});
    const wait = await it.post("/waits", { of: [kept, id], returnWhen: "FIRST_COMPLETED" });
    await it.post(`/futures/${id}/settle`, { result: 1 });
    await it.settled(wait.id);
  },

  "a task settles a wait, which leaves a promise": async (it) => {
    const kept = await watchedByMany(it);
    const { id } = await submit(it, "sleep", { milliseconds: 500, value: 1 });
    const wait = await it.post("/waits", { of: [kept, id], returnWhen: "FIRST_COMPLETED" });
    await it.settled(wait.id);
  },

  "a wait ends at its timeout": async (it) => {
    const kept = await watchedByMany(it);
    const wait = await it.post("/waits", { of: [kept], timeoutSeconds: 1 });
    await it.settled(wait.id);
  },

  "a promise with many watchers settles": async (it) => {
    const id = await watchedByMany(it);
    const wait = await it.post("/waits", { of: [id] });
    await it.post(`/futures/${id}/settle`, { result: 1 });
    await it.settled(wait.id);
  },

  "the settler sees to tasks that wait": (it) =>
    delayedTasks(it, async (id) => {
      await it.ports.queues.sendSeeTo([{ body: { id }, delaySeconds: 0 }]);
    }),

  "the settler reconciles a gather": async (it) => {
    const { id } = await it.post("/promises", {});
    const gather = await it.post("/gathers", { of: [id] });
    const body = { id: gather.id, work: "reconcile" as const };
    await it.ports.queues.sendSeeTo([{ body, delaySeconds: 0 }]);
  },

  "the settler sees to timers": async (it) => {
    for (const delaySeconds of [LATER_SECONDS, FAR_SECONDS]) {
      const { id } = await it.post("/timers", { delaySeconds });
      await it.ports.queues.sendSeeTo([{ body: { id }, delaySeconds: 0 }]);
    }
  },

  "the settler completes what its maker left": async (it) => {
    const id = await halfMade(it, await watchedByMany(it));
    await it.ports.queues.sendSeeTo([{ body: { id }, delaySeconds: 0 }]);
  },

  "a worker completes what its maker left": async (it) => {
    const left = await halfMade(it, await watchedByMany(it));
    const { id } = await submit(it, "sleep", { milliseconds: 500, value: 1 });
    // A gather hands a cancellation on to its members: so it must know them first.
    const race = { policy: "race", of: [id, left], cancelRest: true };
    await it.settled((await it.post("/aggregates", race)).id);
  },

  "messages without sense": (it) =>
    inEachBand(async (_, band) => {
      await it.send(it.bands[band] ?? "", "no sense");
      await it.ports.queues.sendPermits([{ body: { band }, delaySeconds: 0 }]);
    }),

  "the sweeper sends reminders": async (it) => {
    const due = (id: string) => it.ports.store.putDue(id, Date.now());
    await delayedTasks(it, due);
    const timer = await it.post("/timers", { delaySeconds: FAR_SECONDS });
    await due(timer.id);
    await it.sweep();
  },

  "the sweeper ends a wait whose time is over": async (it) => {
    const kept = await watchedByMany(it);
    const { id } = await it.post("/waits", { of: [kept], timeoutSeconds: FAR_SECONDS });
    await it.ports.store.update(id, {}, { set: { due: Date.now() - 1 } });
    await it.ports.store.putDue(id, Date.now());
    await it.sweep();
  },

  "the sweeper completes what its maker left": async (it) => {
    const id = await halfMade(it, await watchedByMany(it));
    await it.ports.store.putDue(id, Date.now());
    await it.sweep();
  },

  "the sweeper rings a lost permit": async (it) => {
    const body = { id: "nobody", turn: 0 };
    await it.ports.queues.sendTasks(3, [{ body, delaySeconds: 0 }]);
    await it.sweep();
  },

  "the sweeper sends dead letters again": async (it) => {
    const { id } = await it.post("/promises", {});
    for (const url of it.dead) await it.send(url, JSON.stringify({ id, band: 0 }));
    await it.sweep();
  },

  "the sweeper fills the queues again": async (it) => {
    await it.sweep({ requeue: true });
  },

  "the sweeper hides dead letters without sense": async (it) => {
    for (const url of it.dead) await it.send(url, "no sense");
    try {
      await it.sweep();
    } finally {
      // If it may not hide them, it would meet them again and again.
      for (const url of it.dead) await it.purge(url);
    }
  },
};
