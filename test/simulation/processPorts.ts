/**
 * The ports as a simulated process sees them: every method of what stands behind them becomes a call
 * of the process. New methods of a port need no line here.
 */
import type { Notices, Objects, Ports, Queues, Store } from "../../core/ports.ts";
import type { AtOnce } from "../support/memoryTable.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Perform } from "./request.ts";

/** What stands behind the ports of all processes of a run. */
export interface Behind {
  config: Ports["config"];
  store: AtOnce<Store>;
  objects: AtOnce<Objects>;
  queues: AtOnce<Queues>;
  notices: AtOnce<Notices>;
  newId: () => string;
}

/** Typical milliseconds that a call takes. */
const LATENCY_MS = { store: 4, objects: 30, queues: 8, notices: 20 } as const;

type PortName = keyof typeof LATENCY_MS;

export function portsOf(process: SimulatedProcess, behind: Behind): Ports {
  return {
    config: behind.config,
    store: seenBy<Store>("store", process, behind.store),
    objects: seenBy<Objects>("objects", process, behind.objects),
    queues: seenBy<Queues>("queues", process, behind.queues),
    notices: seenBy<Notices>("notices", process, behind.notices),
    clock: process.clock,
    random: () => process.env.random.next(),
    newId: behind.newId,
  };
}

type Seen<T> = new (process: SimulatedProcess, target: object) => T;

/** One class for each class of a target: made once, so that calls cost no proxy. */
const classes = new WeakMap<object, unknown>();

function seenBy<T extends object>(port: PortName, process: SimulatedProcess, target: object): T {
  const prototype = Object.getPrototypeOf(target) as object;
  const known = classes.get(prototype) as Seen<T> | undefined;
  const Class = known ?? makeClass<T>(port, prototype);
  classes.set(prototype, Class);
  return new Class(process, target);
}

function makeClass<T extends object>(port: PortName, prototype: object): Seen<T> {
  class Calls {
    readonly process: SimulatedProcess;
    readonly target: object;
    constructor(process: SimulatedProcess, target: object) {
      this.process = process;
      this.target = target;
    }
  }
  const typical = LATENCY_MS[port];
  for (const method of methodsOf(prototype)) {
    const perform = Reflect.get(prototype, method) as Perform;
    const name = `${port}.${method}`;
    Reflect.set(Calls.prototype, method, function (this: Calls, ...args: unknown[]) {
      const madeAt = this.process.env.world.now;
      return this.process.call({ name, typical, perform, target: this.target, args, madeAt });
    });
  }
  return Calls as unknown as Seen<T>;
}

/** Names of all methods, the inherited ones included. */
export function methodsOf(prototype: object): string[] {
  const names = new Set<string>();
  for (let each = prototype; each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) {
      if (name !== "constructor" && typeof Reflect.get(each, name) === "function") names.add(name);
    }
  }
  return [...names];
}
