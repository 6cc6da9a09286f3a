/**
 * Sabotages of what is done with messages and permits.
 */
import { messageVisibility } from "../../../core/lease.ts";
import { isPermitQueue } from "../../../core/pools.ts";
import type { Outgoing, Ports, SeeTo } from "../../../core/ports.ts";
import { GUARD_SECONDS } from "../../../core/usecases/remind.ts";
import { isBand, type Sabotage, withQueues } from "./sabotage.ts";

const isGuard = ({ delaySeconds }: Outgoing<SeeTo>) => delaySeconds === GUARD_SECONDS;

/** The ports with other guards: what becomes of them is said by `send`. */
function withGuards(
  ports: Ports,
  send: (guards: readonly Outgoing<SeeTo>[]) => Promise<void>,
): Ports {
  return withQueues(ports, {
    async sendSeeTo(messages) {
      const others = messages.filter((each) => !isGuard(each));
      const guards = messages.filter(isGuard);
      if (others.length > 0) await ports.queues.sendSeeTo(others);
      if (guards.length > 0) await send(guards);
    },
  });
}

export const OF_QUEUES = {
  "acknowledge-first": {
    removes: "acknowledging last: messages are deleted as soon as they are received",
    ports: (ports) =>
      withQueues(ports, {
        async receiveTask(from, options) {
          const message = await ports.queues.receiveTask(from, options);
          if (message) await ports.queues.remove(from, message.handle);
          return message;
        },
      }),
    mapping: (queue, queues) =>
      queue !== "settle"
        ? queues
        : {
            async next(from, visibilitySeconds) {
              const message = await queues.next(from, visibilitySeconds);
              queues.remove(from, message.handle);
              return message;
            },
            receive: () => undefined,
            remove: () => {},
          },
  },
  "drop-permit-at-first-miss": {
    removes: "looking again: a permit that finds nothing once is dropped",
    ports: (ports) =>
      withQueues(ports, {
        hide: (queue, handle, seconds) =>
          isPermitQueue(queue) && seconds === 1
            ? ports.queues.remove(queue, handle)
            : ports.queues.hide(queue, handle, seconds),
      }),
  },
  "no-sweeper": {
    removes: "the sweeper",
    noSweeper: true,
  },
  "no-redrive": {
    removes: "reading the dead letters",
    ports: (ports) => withQueues(ports, { receiveDead: async () => [] }),
  },
  "retry-in-lowest-band": {
    removes: "the band of a task that is tried again: it goes to the lowest",
    ports: (ports) =>
      withQueues(ports, {
        sendTasks: (to, messages) => {
          const again = messages.some(({ body }) => body.turn > 0);
          const lowest = ports.config.bands.length - 1;
          return ports.queues.sendTasks(again ? { ...to, band: lowest } : to, messages);
        },
      }),
  },
  "no-guard": {
    removes: "the guard of calls that change a future",
    ports: (ports) => withGuards(ports, async () => {}),
  },
  "guard-at-once": {
    removes: "the guard's delay: it comes before the write that it guards",
    ports: (ports) =>
      withGuards(ports, (guards) =>
        ports.queues.sendSeeTo(guards.map((each) => ({ ...each, delaySeconds: 0 }))),
      ),
  },
  "guard-after-the-write": {
    removes: "the guard's place before the write: it is sent after it",
    ports: (ports) => {
      let waiting: readonly Outgoing<SeeTo>[] = [];
      const guarded = withGuards(ports, async (guards) => {
        waiting = [...waiting, ...guards];
      });
      const after = async <T>(write: Promise<T>): Promise<T> => {
        const answer = await write;
        const guards = waiting;
        waiting = [];
        if (guards.length > 0) await ports.queues.sendSeeTo(guards);
        return answer;
      };
      const { store } = ports;
      return {
        ...guarded,
        store: Object.assign(Object.create(store) as typeof store, {
          insert: (...args: Parameters<typeof store.insert>) => after(store.insert(...args)),
          update: (...args: Parameters<typeof store.update>) => after(store.update(...args)),
        }),
      };
    },
  },
  "delete-running-message": {
    removes: "keeping the message of a task that another runs: it may be the only one",
    ports: (ports, { table }) =>
      withQueues(ports, {
        hide: (queue, handle, seconds) => {
          const heldByOther = isBand(queue) && seconds !== messageVisibility(ports.config);
          const id = heldByOther ? ids.get(handle) : undefined;
          return id !== undefined && table.peek(id)?.state === "running"
            ? ports.queues.remove(queue, handle)
            : ports.queues.hide(queue, handle, seconds);
        },
        async receiveTask(from, options) {
          const message = await ports.queues.receiveTask(from, options);
          if (message) ids.set(message.handle, message.body.id);
          return message;
        },
      }),
  },
  "no-turn-check": {
    removes: "the turn in the message: one of an earlier turn is as good as any",
    ports: (ports, { table }) =>
      withQueues(ports, {
        async receiveTask(from, options) {
          const message = await ports.queues.receiveTask(from, options);
          const turn = message && table.peek(message.body.id)?.turn;
          return message && turn !== undefined
            ? { ...message, body: { ...message.body, turn } }
            : message;
        },
      }),
  },
  "low-band-first": {
    removes: "probing from the top: the lowest band has a share of nine tenths",
    ports: (ports) => {
      const last = ports.config.bands.length - 1;
      const bands = ports.config.bands.map((band, index) =>
        index === last ? { ...band, share: 0.9 } : band,
      );
      return { ...ports, config: { ...ports.config, bands, policy: "weighted" } };
    },
  },
} satisfies Record<string, Sabotage>;

/** Of which future a delivery was. */
const ids = new Map<string, string>();
