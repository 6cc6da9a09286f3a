/**
 * What goes on while one process dies: calls to the API, what was there before, and how it ends.
 */
import type { State } from "../../core/future.ts";
import type { Policy } from "../../core/policies.ts";
import type { Ports } from "../../core/ports.ts";
import { addMembers } from "../../core/usecases/addMembers.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise, createTimer } from "../../core/usecases/createTimed.ts";
import { move } from "../../core/usecases/move.ts";
import { openAggregate } from "../../core/usecases/openAggregate.ts";
import { seal } from "../../core/usecases/seal.ts";
import { settle } from "../../core/usecases/settle.ts";
import { submit } from "../../core/usecases/submit.ts";
import { submitBatch } from "../../core/usecases/submitBatch.ts";
import type { MemoryPorts } from "../support/memoryPorts.ts";
import { taskRecord } from "../support/records.ts";
import { taskRequest } from "../support/requests.ts";

interface Call {
  /** What is promised once the call was answered: these futures settle. */
  accepts?: readonly string[];
  make: (ports: Ports) => Promise<unknown>;
}

export interface Scenario {
  name: string;
  /** What was there before, made without mishaps long ago. */
  prepare?: (ports: MemoryPorts) => Promise<unknown>;
  /** Calls to the API, one after another. */
  calls: readonly Call[];
  /** How the futures end. */
  states: Readonly<Record<string, State>>;
}

const GATHER: Policy = { of: "gather", returnExceptions: false };
const task = (id: string, name = "works"): Call => ({
  accepts: [id],
  make: (ports) => submit(ports, taskRequest({ id, task: name })),
});
const aggregate = (id: string, of: string[], policy: Policy = GATHER, timeoutSeconds?: number) => ({
  make: (ports: Ports) =>
    createAggregate(ports, {
      id,
      of,
      policy,
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    }),
});
const promises =
  (...ids: string[]) =>
  async (ports: Ports) => {
    for (const id of ids) await createPromise(ports, { id });
  };
const resolve = (id: string): Call => ({ make: (ports) => settle(ports, id, { result: "1" }) });

const open = (id: string, policy: Policy = GATHER, members: "tasks" | "futures" = "tasks") => ({
  make: (ports: Ports) => openAggregate(ports, { id, policy, members, sealWithinSeconds: 600 }),
});
const add = (id: string, start: number, ...names: string[]): Call => ({
  make: (ports) =>
    addMembers(ports, id, { start, tasks: names.map((name) => taskRequest({ task: name })) }),
});

export const SCENARIOS: readonly Scenario[] = [
  { name: "submit", calls: [task("t")], states: { t: "succeeded" } },
  {
    name: "submit with an input and a result too large for the item",
    calls: [
      {
        accepts: ["t"],
        make: (ports) => {
          const input = JSON.stringify("y".repeat(1000));
          return submit(ports, taskRequest({ id: "t", task: "large", input }));
        },
      },
    ],
    states: { t: "succeeded" },
  },
  {
    name: "a promise settled with a result too large for the item, while a gather registers with it",
    prepare: promises("p"),
    calls: [
      {
        make: (ports) => {
          // It has read the promise and puts its result into the bucket: just then a watcher comes.
          const put: Ports["objects"]["put"] = async (...args) => {
            await ports.objects.put(...args);
            await ports.store.update("p", { states: ["pending"] }, { watch: ["ghost#0"] });
          };
          const objects = Object.assign(Object.create(ports.objects), { put });
          return settle({ ...ports, objects }, "p", { result: JSON.stringify("z".repeat(1000)) });
        },
      },
    ],
    states: { p: "succeeded" },
  },
  {
    name: "a task due in twenty minutes",
    calls: [
      {
        accepts: ["t"],
        make: (ports) => submit(ports, taskRequest({ id: "t", delaySeconds: 1200 })),
      },
    ],
    states: { t: "succeeded" },
  },
  { name: "a task that is retried", calls: [task("t", "flaky")], states: { t: "succeeded" } },
  { name: "a task that fails", calls: [task("t", "fails")], states: { t: "failed" } },
  {
    name: "a running task that is cancelled, watched by a gather",
    calls: [task("t", "askedToStop"), aggregate("g", ["t"])],
    states: { t: "cancelled", g: "failed" },
  },
  {
    name: "a batch with its gather",
    calls: [
      {
        accepts: ["b", "b.0", "b.1"],
        make: (ports) =>
          submitBatch(ports, [taskRequest(), taskRequest({ task: "flaky" })], {
            id: "b",
            policy: GATHER,
          }),
      },
    ],
    states: { b: "succeeded", "b.0": "succeeded", "b.1": "succeeded" },
  },
  {
    name: "a gather over a task, a promise and what has settled",
    prepare: async (ports) => {
      await promises("p", "q")(ports);
      await settle(ports, "q", { result: "2" });
    },
    calls: [task("t"), aggregate("g", ["t", "p", "q", "p"]), resolve("p")],
    states: { t: "succeeded", g: "succeeded", p: "succeeded" },
  },
  {
    name: "a gather of gathers",
    prepare: promises("p", "q"),
    calls: [
      aggregate("inner", ["p"]),
      aggregate("outer", ["inner", "q"]),
      resolve("p"),
      resolve("q"),
    ],
    states: { inner: "succeeded", outer: "succeeded" },
  },
  {
    name: "a member with more watchers than stand in its item",
    prepare: async (ports) => {
      await createPromise(ports, { id: "p" });
      const watch = Array.from({ length: 32 }, (_, index) => `ghost-${index}#0`);
      await ports.store.update("p", {}, { watch });
    },
    calls: [aggregate("g", ["p", "p"]), resolve("p")],
    states: { g: "succeeded" },
  },
  {
    name: "a wait with a time limit far ahead",
    prepare: promises("p"),
    calls: [aggregate("w", ["p"], { of: "wait", returnWhen: "ALL_COMPLETED" }, 1200)],
    states: { w: "succeeded", p: "pending" },
  },
  {
    name: "a gather over a timer and a promise whose time runs out",
    calls: [
      { accepts: ["s"], make: (p) => createTimer(p, { id: "s", delaySeconds: 5, result: "1" }) },
      { accepts: ["p"], make: (p) => createPromise(p, { id: "p", timeoutSeconds: 1800 }) },
      aggregate("g", ["s", "p"], { of: "gather", returnExceptions: true }),
    ],
    states: { s: "succeeded", p: "failed", g: "succeeded" },
  },
  {
    name: "a task that is moved to another band",
    calls: [
      {
        accepts: ["t"],
        make: (ports) => submit(ports, taskRequest({ id: "t", delaySeconds: 100 })),
      },
      { make: (ports) => move(ports, "t", 9) },
    ],
    states: { t: "succeeded" },
  },
  {
    name: "a promise that is cancelled, watched by a wait",
    prepare: async (ports) => {
      await createPromise(ports, { id: "t" });
      const policy: Policy = { of: "wait", returnWhen: "ALL_COMPLETED" };
      await createAggregate(ports, { id: "w", of: ["t"], policy });
    },
    calls: [{ make: (ports) => cancel(ports, "t") }],
    states: { t: "cancelled", w: "succeeded" },
  },
  {
    name: "a gather that is cancelled, with members that another gather awaits",
    prepare: async (ports) => {
      await promises("p", "q")(ports);
      await aggregate("other", ["p", "q"], { of: "gather", returnExceptions: true }).make(ports);
      await aggregate("g", ["p", "q"]).make(ports);
    },
    calls: [{ make: (ports) => cancel(ports, "g") }],
    states: { p: "cancelled", q: "cancelled", g: "failed", other: "succeeded" },
  },
  {
    name: "a gather that is cancelled, whose member is a gather with members that another awaits",
    prepare: async (ports) => {
      await promises("p", "q")(ports);
      await aggregate("other", ["p", "q"], { of: "gather", returnExceptions: true }).make(ports);
      await aggregate("inner", ["p", "q"]).make(ports);
      await aggregate("g", ["inner"]).make(ports);
    },
    calls: [{ make: (ports) => cancel(ports, "g") }],
    states: { p: "cancelled", q: "cancelled", inner: "failed", g: "failed", other: "succeeded" },
  },
  {
    name: "a batch whose caller died before its members, awaited by a gather",
    prepare: async (ports) => {
      await ports.store.insert(
        taskRecord({ id: "b", kind: "gather", policy: GATHER, size: 1, born: true, sealed: true }),
      );
      await ports.store.insert(
        taskRecord({ id: "g", kind: "gather", policy: GATHER, size: 1, input: '["b"]' }),
      );
      await ports.store.update("b", {}, { watch: ["g#0"] });
      await ports.store.update("g", {}, { set: { sealed: true } });
    },
    calls: [{ make: (ports) => ports.queues.sendSeeTo([{ body: { id: "b" }, delaySeconds: 60 }]) }],
    states: { b: "failed", g: "failed" },
  },
  {
    name: "a waitFor whose time runs out",
    prepare: async (ports) => {
      await promises("p")(ports);
      await aggregate("other", ["p"]).make(ports);
    },
    calls: [aggregate("w", ["p"], { of: "waitFor" }, 100)],
    states: { p: "cancelled", w: "failed", other: "failed" },
  },
  {
    name: "an any that cancels the rest, which a gather awaits",
    prepare: async (ports) => {
      await promises("p", "q")(ports);
      await aggregate("other", ["q"]).make(ports);
    },
    calls: [aggregate("any", ["p", "q"], { of: "any", cancelRest: true }), resolve("p")],
    states: { p: "succeeded", q: "cancelled", any: "succeeded", other: "failed" },
  },
  {
    name: "a task group one of whose members fails",
    prepare: async (ports) => {
      await promises("p")(ports);
      await aggregate("other", ["p"]).make(ports);
    },
    calls: [task("t", "fails"), aggregate("g", ["t", "p"], { of: "taskGroup" })],
    states: { t: "failed", p: "cancelled", g: "failed", other: "failed" },
  },
  {
    name: "a gather that is opened, filled in pages out of order, and sealed",
    calls: [
      open("g"),
      add("g", 1, "works", "flaky"),
      add("g", 0, "works"),
      { accepts: ["g", "g.0", "g.1", "g.2"], make: (ports) => seal(ports, "g", 3) },
    ],
    states: { g: "succeeded", "g.0": "succeeded", "g.1": "succeeded", "g.2": "succeeded" },
  },
  {
    name: "a gather over futures that is opened, one of which settles while it is filled",
    prepare: promises("p", "q"),
    calls: [
      open("g", GATHER, "futures"),
      { make: (ports) => addMembers(ports, "g", { start: 0, of: ["p", "q", "p"] }) },
      resolve("p"),
      // Who has promised it must settle it: then, and only then, the gather is sure to.
      resolve("q"),
      { accepts: ["g"], make: (ports) => seal(ports, "g", 3) },
    ],
    states: { p: "succeeded", q: "succeeded", g: "succeeded" },
  },
  {
    name: "an opened gather whose caller goes away",
    calls: [open("g"), add("g", 0, "works")],
    states: { g: "failed", "g.0": "succeeded" },
  },
  {
    name: "an opened gather that is cancelled, with a member that has not begun",
    calls: [
      open("g"),
      {
        make: (ports) => {
          const later = { ...taskRequest(), delaySeconds: 500 };
          return addMembers(ports, "g", { start: 0, tasks: [later, later] });
        },
      },
      { make: (ports) => cancel(ports, "g") },
    ],
    states: { g: "failed", "g.0": "cancelled", "g.1": "cancelled" },
  },
  {
    name: "a wait that settles with the first and withdraws from the others",
    prepare: promises("p", "q", "r"),
    calls: [
      aggregate("w", ["p", "q", "r"], { of: "wait", returnWhen: "FIRST_COMPLETED" }),
      resolve("q"),
    ],
    states: { w: "succeeded", p: "pending", q: "succeeded", r: "pending" },
  },
  {
    name: "a gather whose members are moved, among them a gather",
    calls: [
      ...["a", "b", "c"].map((id) => ({
        make: (ports: Ports) => submit(ports, taskRequest({ id, delaySeconds: 500 })),
      })),
      aggregate("inner", ["b", "c"]),
      aggregate("g", ["a", "inner"]),
      { make: (ports) => move(ports, "g", 0) },
    ],
    states: { a: "succeeded", b: "succeeded", c: "succeeded", inner: "succeeded", g: "succeeded" },
  },
];
