/**
 * Sabotages of what is written and read.
 */
import type { FutureRecord } from "../../../core/future.ts";
import { isTerminal } from "../../../core/future.ts";
import type { Tally } from "../../../core/ports.ts";
import { leafName } from "../../../core/tally.ts";
import { type Sabotage, withQueues, withStore } from "./sabotage.ts";

/** What a sabotage remembers of a run, by what stands behind its ports. */
const counters = new WeakMap<object, Map<string, number[]>>();
const formers = new WeakMap<object, Map<string, Former>>();

interface Former {
  record: FutureRecord;
  until: number;
}

function of<T>(memory: WeakMap<object, Map<string, T>>, run: object): Map<string, T> {
  const known = memory.get(run) ?? new Map<string, T>();
  memory.set(run, known);
  return known;
}

/** For how long a read that is not consistent gives what stood there before, in milliseconds. */
const STALE_MS = 1000;

export const OF_STORE = {
  "no-fencing": {
    removes: "the lease's token in the condition of writes",
    ports: (ports) =>
      withStore(ports, {
        update: (id, { token: _, ...when }, change) => ports.store.update(id, when, change),
      }),
  },
  "settle-unconditionally": {
    removes: "the condition that a future has not settled",
    ports: (ports) =>
      withStore(ports, {
        update: (id, when, change) => {
          const settles =
            change.set?.state !== undefined && isTerminal({ state: change.set.state });
          const { states: _, ...rest } = when;
          return ports.store.update(id, settles ? rest : when, change);
        },
      }),
  },
  "settle-unaware-of-cancel": {
    removes: "the condition that no cancel came while an aggregate was being decided",
    ports: (ports) =>
      withStore(ports, {
        update: (id, { uncancelled, ...when }, change) =>
          ports.store.update(
            id,
            when.token ? { ...when, uncancelled: uncancelled ?? false } : when,
            change,
          ),
      }),
  },
  "counter-instead-of-set": {
    removes: "that a tally holds each report once: it counts them",
    ports: (ports, { table }) => {
      const counts = of(counters, table);
      const tallyOf = (name: string): Tally => ({ codes: counts.get(name) ?? [] });
      return withStore(ports, {
        async report(name, code, at) {
          const reported = await ports.store.report(name, code, at);
          const codes = [...(counts.get(name) ?? []), code];
          counts.set(name, codes);
          return { ...reported, codes, fresh: true };
        },
        tally: async (name) => tallyOf(name).codes,
        tallies: async (names) => new Map(names.map((name) => [name, tallyOf(name)])),
      });
    },
  },
  "register-without-recheck": {
    removes: "the condition on registering with a future that it has not settled",
    ports: (ports) =>
      withStore(ports, {
        update: (id, when, change) => {
          const { states: _, ...rest } = when;
          return ports.store.update(id, change.watch ? rest : when, change);
        },
      }),
  },
  "seal-without-reading": {
    removes: "reading the tally after the seal: what was read before is taken",
    ports: (ports, { table }) => {
      const before = new Map<string, Tally>();
      const { leafSize } = ports.config;
      return withStore(ports, {
        async update(id, when, change) {
          if (change.set?.sealed) {
            const size = change.set.size ?? table.peek(id)?.size ?? 0;
            const leaves = [...Array(Math.ceil(size / leafSize)).keys()];
            const names = [id, ...leaves.map((leaf) => leafName(id, leaf))];
            const read = await ports.store.tallies(names);
            for (const name of names) before.set(name, read.get(name) ?? { codes: [] });
          }
          return ports.store.update(id, when, change);
        },
        tally: async (name) => before.get(name)?.codes ?? ports.store.tally(name),
        async tallies(names) {
          const read = await ports.store.tallies(names);
          for (const name of names) {
            const old = before.get(name);
            if (old) read.set(name, old);
          }
          return read;
        },
      });
    },
  },
  "nothing-owed-by-the-settled": {
    removes: "that whoever meets a settled task repeats what it owes",
    ports: (ports) =>
      withStore(ports, {
        async update(id, when, change) {
          const written = await ports.store.update(id, when, change);
          const claims = change.set?.state === "running";
          const settled = written.record !== undefined && isTerminal(written.record);
          return claims && settled ? { applied: false, record: undefined } : written;
        },
      }),
  },
  "stale-reads": {
    removes: "consistent reads",
    ports: (ports, { table, env }) => {
      const former = of(formers, table);
      const older = (record: FutureRecord | undefined): FutureRecord | undefined => {
        const old = record && former.get(record.id);
        return old && old.until > env.world.now ? old.record : record;
      };
      return withStore(ports, {
        async update(id, when, change) {
          const record = table.peek(id);
          const written = await ports.store.update(id, when, change);
          if (written.applied && record) {
            former.set(id, { record, until: env.world.now + STALE_MS });
          }
          return written;
        },
        read: async (id) => older(await ports.store.read(id)),
        async readMany(ids) {
          const found = await ports.store.readMany(ids);
          for (const [id, record] of found) found.set(id, older(record) as FutureRecord);
          return found;
        },
      });
    },
  },
  "message-before-record": {
    removes: "the order of a submission: the message is sent before the record is stored",
    ports: (ports) => {
      let waiting: FutureRecord[] = [];
      const delayed = withStore(ports, {
        insert: async (record) => {
          if (record.kind !== "task") return ports.store.insert(record);
          waiting.push(record);
          return { applied: true, record };
        },
      });
      return withQueues(delayed, {
        async sendPermits(to, messages) {
          await ports.queues.sendPermits(to, messages);
          const records = waiting;
          waiting = [];
          for (const record of records) await ports.store.insert(record);
        },
      });
    },
  },
  "insert-unconditionally": {
    removes: "the condition on a new future that its id is free",
    ports: (ports) =>
      withStore(ports, {
        insert: async (record) => {
          const { id, watchers: _, ...set } = record;
          const written = await ports.store.update(id, {}, { set });
          return written.record ? written : ports.store.insert(record);
        },
      }),
  },
} satisfies Record<string, Sabotage>;
