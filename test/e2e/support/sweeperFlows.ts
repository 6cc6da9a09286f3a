/**
 * The flows that go through the sweeper.
 */
import {
  delayedTasks,
  FAR_SECONDS,
  type Flow,
  halfMade,
  watchedByMany,
  watchedTooLate,
} from "./flowParts.ts";
import type { Operator } from "./operator.ts";
import { BANDS } from "./places.ts";

export const SWEEPER_FLOWS: Readonly<Record<string, Flow>> = {
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

  "the sweeper lets a result in the bucket live longer": async (it) => {
    await it.ports.store.putDue(await watchedTooLate(it), Date.now());
    await it.sweep();
  },

  "the sweeper rings a lost permit": async (it) => {
    const body = { id: "nobody", turn: 0 };
    for (const band of BANDS.keys()) {
      await it.ports.queues.sendTasks({ band }, [{ body, delaySeconds: 0 }]);
    }
    await it.sweep();
  },

  "the sweeper sends dead letters again": async (it) => {
    const { id } = await it.post("/promises", {});
    await deadLetters(it, JSON.stringify({ id, band: 0 }));
    await it.sweep();
  },

  "the sweeper shows dead letters": async (it) => {
    await deadLetters(it, JSON.stringify({ id: "nobody" }));
    await it.sweep({ deadLetters: {} });
    await it.sweep({ redrive: {} });
  },

  "the sweeper examines queues and table": async (it) => {
    await it.sweep({ doctor: { queues: true } });
    await it.sweep({ doctor: { before: Date.now() } });
  },

  "the sweeper fills the queues again": async (it) => {
    await it.sweep({ requeue: true });
  },

  "the sweeper leaves dead letters without sense": async (it) => {
    await deadLetters(it, "no sense");
    await it.sweep();
  },
};

/** A letter in each dead-letter queue, and no other: one that may not be hidden stays for long. */
async function deadLetters(it: Operator, text: string): Promise<void> {
  for (const url of it.dead) {
    await it.purge(url);
    await it.send(url, text);
  }
}
