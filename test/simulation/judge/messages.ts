/**
 * Promises 1, 3 and 7, judged at every message: no live task loses its last message, whoever has
 * learned that its lease is lost touches none, and a task's messages go to the bands and the pool
 * that are its own.
 */
import { bandOf } from "../../../core/bands.ts";
import type { Config } from "../../../core/config.ts";
import { type FutureRecord, isTerminal } from "../../../core/future.ts";
import { DEFAULT_POOL } from "../../../core/pools.ts";
import type { BandQueue, QueueName, SeeTo, TaskMessage, When } from "../../../core/ports.ts";
import type { MemoryObjects } from "../../support/memoryObjects.ts";
import type { MemoryStore } from "../../support/memoryStore.ts";
import type { Environment } from "../environment.ts";
import type { SimulatedProcess } from "../process.ts";
import type { Message } from "../simulatedQueue.ts";
import type { QueueWatcher } from "../simulatedQueues.ts";
import type { KnownFutures } from "../workload/known.ts";
import type { PauseBook } from "./pauses.ts";

export interface Watched {
  env: Environment;
  config: Config;
  store: MemoryStore;
  objects: MemoryObjects;
  known: KnownFutures;
  pauses: PauseBook;
}

/** The longest time that an answer takes, in milliseconds. */
const ANSWER_MS = 500;

interface Lease {
  holder: SimulatedProcess;
  handle: string | undefined;
}

interface Held {
  handle: string;
  turns: Set<number>;
}

export class MessageJudge implements QueueWatcher {
  /** Messages that stand for a future, wherever they are, dead letters included. */
  private readonly messages = new Map<string, Set<Message>>();
  /** Handles of messages whose task its receiver has lost, by process, and since when. */
  private readonly lost = new WeakMap<SimulatedProcess, Map<string, number>>();
  /** The handle that a process was given last for a task's message, and the turns of all of them. */
  private readonly held = new WeakMap<SimulatedProcess, Map<string, Held>>();
  /** Who claimed with that token, and by which delivery of the message. */
  private readonly leases = new Map<string, Lease>();
  private readonly it: Watched;

  constructor(it: Watched) {
    this.it = it;
  }

  sent(queue: QueueName, message: Message): void {
    const body = message.body as Partial<TaskMessage & SeeTo>;
    if (body.id === undefined) return;
    this.messagesOf(body.id).add(message);
    if (isBand(queue)) this.judgeBand(queue, body.id);
    else this.it.env.history.note(body.id, describeSeeTo(body), this.it.env.acting);
  }

  polled(queue: QueueName, message: Message | undefined): void {
    const { acting, history } = this.it.env;
    const id = message && (message.body as Partial<TaskMessage>).id;
    if (!message || id === undefined || !isBand(queue)) return;
    this.messagesOf(id).add(message);
    history.note(id, `its message of turn ${turnOf(message)} is received`, acting);
    if (!acting) return;
    const held = this.held.get(acting) ?? new Map<string, Held>();
    this.held.set(acting, held);
    const { turns = new Set<number>() } = held.get(id) ?? {};
    held.set(id, { handle: message.handle, turns: turns.add(turnOf(message)) });
  }

  removed(queue: QueueName, message: Message, handle: string): void {
    if (!isBand(queue)) return;
    const { id } = message.body as TaskMessage;
    const messages = this.messagesOf(id);
    messages.delete(message);
    const { env, store } = this.it;
    const how = handle === message.handle ? "" : " by an old handle";
    env.history.note(id, `its message of turn ${turnOf(message)} is deleted${how}`, env.acting);
    this.mustNotBeLost(id, handle);
    const record = store.table.peek(id);
    if (!record || isTerminal(record) || record.state === "suspended") return;
    // One that was woken is its waker's to send, who goes on until it is.
    const woken = record.state === "pending" && record.wokenBy !== undefined;
    if (woken && turnOf(message) < record.turn) return;
    const lease = this.leases.get(record.token ?? "");
    const running = record.state === "running" && lease?.handle === message.handle;
    if (running && env.acting && lease.holder !== env.acting) {
      env.history.violation(3, id, "its message was deleted by another than who runs it by it");
    }
    // Any will do: one of an earlier turn is answered by sending that of this one.
    const others = [...messages].some((each) => each.where !== "gone");
    if (!others && !store.table.hasDue(id)) {
      env.history.violation(1, id, `its last message was deleted while it was ${record.state}`);
    }
  }

  hidden(queue: QueueName, message: Message, handle: string): void {
    if (isBand(queue)) this.mustNotBeLost((message.body as TaskMessage).id, handle);
  }

  claimed({ id, token, turn }: FutureRecord): void {
    const { acting, history } = this.it.env;
    if (!acting || token === undefined) return;
    const held = this.held.get(acting)?.get(id);
    this.leases.set(token, { holder: acting, handle: held?.handle });
    // Whoever ended that turn may be about to delete the message.
    if (held && !held.turns.has(turn)) {
      history.violation(3, id, `it was claimed in turn ${turn} by a message of an earlier one`);
    }
  }

  /** An attempt was ended, by its holder as well: then its message is its own to delete. */
  ended({ token }: FutureRecord): void {
    if (token === undefined) return;
    if (this.leases.get(token)?.holder === this.it.env.acting) this.leases.delete(token);
  }

  /** A process tried to write with its lease, which another has taken: it knows now. */
  refused(id: string, when: When): void {
    const { acting } = this.it.env;
    const record = this.it.store.table.peek(id);
    if (!acting || when.token === undefined || record?.state !== "running") return;
    const lease = this.leases.get(when.token);
    if (record.token === when.token || lease?.holder !== acting) return;
    const lost = this.lost.get(acting) ?? new Map<string, number>();
    this.lost.set(acting, lost);
    if (lease.handle) lost.set(lease.handle, this.it.env.world.now);
  }

  private mustNotBeLost(id: string, handle: string): void {
    const { acting, calledAt, history } = this.it.env;
    const since = acting && this.lost.get(acting)?.get(handle);
    // What was under way when the answer came, or when the process went on, was not known yet.
    const known = Math.max((since ?? 0) + ANSWER_MS, (acting?.pausedUntil ?? 0) + 1);
    if (since !== undefined && calledAt > known) {
      history.violation(3, id, "whoever had lost its lease touched its message");
    }
  }

  private judgeBand(queue: BandQueue, id: string): void {
    const { env, config, known } = this.it;
    env.history.note(id, `a message goes to band ${queue.band}`, env.acting);
    const task = known.byId.get(id);
    if (!task) return;
    if ((queue.pool ?? DEFAULT_POOL) !== (task.pool ?? DEFAULT_POOL)) {
      env.history.violation(7, id, `it was sent to pool ${queue.pool}`);
    }
    const fits = known.prioritiesOf(id).some((each) => bandOf(each, config.bands) === queue.band);
    if (!fits) env.history.violation(7, id, `it was sent to band ${queue.band}`);
  }

  private messagesOf(id: string): Set<Message> {
    const known = this.messages.get(id);
    if (known) return known;
    const made = new Set<Message>();
    this.messages.set(id, made);
    return made;
  }
}

function isBand(queue: QueueName): queue is BandQueue {
  return typeof queue === "object" && "band" in queue;
}

function turnOf(message: Message): number {
  return (message.body as TaskMessage).turn;
}

function describeSeeTo({ work, page }: Partial<SeeTo>): string {
  const part = page === undefined ? "" : `, page ${page}`;
  return `the settler is asked to ${work === undefined ? "see to it" : `${work}${part}`}`;
}
