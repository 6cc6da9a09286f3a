/**
 * The flows through the second pool, and through what else only some deployments have.
 */
import { DEFAULT_POOL } from "../../../core/pools.ts";
import { delayedTasks, type Flow, submit } from "./flowParts.ts";
import { FLOWS } from "./flows.ts";
import { BANDS, HEAVY } from "./places.ts";
import { SWEEPER_FLOWS } from "./sweeperFlows.ts";

const OF_HEAVY = Object.entries({ ...FLOWS, ...SWEEPER_FLOWS }).map(
  ([name, flow]): [string, Flow] => [`${name} (${HEAVY})`, (it) => flow(it.within(HEAVY))],
);

/** Messages of an earlier turn in the queues of a pool, about tasks of another. */
function strayed(at: string, from: string): Flow {
  return (it) =>
    delayedTasks(it.within(from), async (id) => {
      const { queues } = it.within(at).ports;
      for (const band of BANDS.keys()) {
        await queues.sendTasks({ band }, [{ body: { id, turn: -1 }, delaySeconds: 0 }]);
        await queues.sendPermits({ permits: "any" }, [{ body: { band }, delaySeconds: 0 }]);
      }
    });
}

export const POOL_FLOWS: Readonly<Record<string, Flow>> = {
  ...Object.fromEntries(OF_HEAVY),

  "a worker sees to tasks of the other pool": strayed(DEFAULT_POOL, HEAVY),
  "a worker of the other pool sees to tasks of the default one": strayed(HEAVY, DEFAULT_POOL),

  "a reserved slot finds nothing": async (it) => {
    const permit = { body: { band: 0 }, delaySeconds: 0 };
    await it.ports.queues.sendPermits({ permits: "reserved" }, [permit]);
  },

  "somebody's function is a task, and an event tells of it": async (it) => {
    const { id } = await submit(it, "double", { value: 1 });
    await it.settled(id);
  },

  "somebody's function is a task of the other pool": async (it) => {
    const { id } = await submit(it.within(HEAVY), "double", { value: 1 });
    await it.settled(id);
  },
};
