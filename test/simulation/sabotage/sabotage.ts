/**
 * What a sabotage takes away: one protection, by wrapping the ports of every process.
 */
import type { Ports, QueueName, Queues, Store } from "../../../core/ports.ts";
import type { MemoryTable } from "../../support/memoryTable.ts";
import type { Environment } from "../environment.ts";
import type { MappingQueues } from "../mapping.ts";
import type { SimulatedQueues } from "../simulatedQueues.ts";

/** What a sabotage may look at. */
export interface Around {
  env: Environment;
  table: MemoryTable;
}

export interface Sabotage {
  /** What is missing then, in a sentence. */
  removes: string;
  /** The ports of a process without it. */
  ports?: (ports: Ports, around: Around) => Ports;
  /** The queue as its event source mapping sees it. */
  mapping?: (queue: QueueName, queues: SimulatedQueues) => MappingQueues;
  noSweeper?: boolean;
}

/** The ports with other methods of the store. */
export function withStore(ports: Ports, methods: Partial<Store>): Ports {
  return { ...ports, store: Object.assign(Object.create(ports.store) as Store, methods) };
}

/** The ports with other methods of the queues. */
export function withQueues(ports: Ports, methods: Partial<Queues>): Ports {
  return { ...ports, queues: Object.assign(Object.create(ports.queues) as Queues, methods) };
}

export function isBand(queue: QueueName): queue is QueueName & { band: number } {
  return typeof queue === "object" && "band" in queue;
}
