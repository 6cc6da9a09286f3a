/**
 * The flows that together need every statement of the functions' policies. Each can be run again
 * and again, makes futures of its own, and leaves nothing behind that disturbs another.
 */
import { PERMITS } from "../../support/queueKey.ts";
import {
  delayedTasks,
  FAR_SECONDS,
  type Flow,
  HUGE,
  halfMade,
  inEachBand,
  LATER_SECONDS,
  submit,
  watchedByMany,
  watchedTooLate,
} from "./flowParts.ts";

/** More than stands in an item. */
const LARGE = "x".repeat(2000);

/** Input of a task that ends only after what waits for it was made, on a busy machine too. */
const UNTIL_AWAITED = { milliseconds: 3000, value: 1 };

const RESUMED_WITHIN_MS = 60_000;

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

  "a coroutine in each band": (it) =>
    inEachBand(async (priority) => {
      const input = { later: LATER_SECONDS, large: LARGE };
      const { id } = await submit(it, "awaits", input, { priority });
      await it.settled(id);
    }),

  "a large input and result": async (it) => {
    const { id } = await submit(it, "echo", { value: LARGE });
    await it.settled(id);
  },

  "an input and a result in the bucket": async (it) => {
    const { id } = await submit(it, "echo", { value: HUGE });
    await it.settled(id);
  },

  "a coroutine whose task's input and results are in the bucket": async (it) => {
    const { id } = await submit(it, "awaits", { later: LATER_SECONDS, large: HUGE });
    await it.settled(id);
  },

  "a result in the bucket lives longer for a watcher that came late": async (it) => {
    const id = await watchedTooLate(it);
    await it.ports.queues.sendSeeTo([{ body: { id }, delaySeconds: 0 }]);
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

  "bands are paused and resumed": async (it) => {
    try {
      await it.post("/bands/low/pause", {});
    } finally {
      // Whoever ends this flow: while the band is paused no other flow gets through it.
      await it.until(AbortSignal.timeout(RESUMED_WITHIN_MS)).post("/bands/low/resume", {});
    }
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
    const { id } = await submit(it, "sleep", UNTIL_AWAITED);
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
    const { id } = await submit(it, "sleep", UNTIL_AWAITED);
    // A gather hands a cancellation on to its members: so it must know them first.
    const race = { policy: "race", of: [id, left], cancelRest: true };
    await it.settled((await it.post("/aggregates", race)).id);
  },

  "messages without sense": (it) =>
    inEachBand(async (_, band) => {
      await it.send(it.bands[band] ?? "", "no sense");
      await it.ports.queues.sendPermits(PERMITS, [{ body: { band }, delaySeconds: 0 }]);
    }),
};
