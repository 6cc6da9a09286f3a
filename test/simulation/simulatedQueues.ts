/**
 * SQS standard queues as AWS documents them: at least once, without order, short polls that miss
 * messages, visibility that runs out, delays, receive counts, stale receipt handles, approximate
 * counts, dead letters.
 */
import type {
  BandQueue,
  DeadLetter,
  Depth,
  Outgoing,
  Permit,
  PermitQueue,
  QueueName,
  Queues,
  Received,
  ReceiveOptions,
  SeeTo,
  TaskMessage,
} from "../../core/ports.ts";
import type { AtOnce } from "../support/memoryTable.ts";
import { queueKey } from "../support/queueKey.ts";
import type { Environment } from "./environment.ts";
import { type Attempt, type Message, SimulatedQueue } from "./simulatedQueue.ts";
import { QUIET } from "./world.ts";

export interface QueueOptions {
  /** Receives after which a message becomes a dead letter. */
  maxReceives: number;
}

/** What the judge is told of. `by` the process that acts is in the environment. */
export interface QueueWatcher {
  sent?(queue: QueueName, message: Message): void;
  /** A short or long poll was answered; `missed`: falsely with nothing. */
  polled?(queue: QueueName, message: Message | undefined, missed: boolean): void;
  /** A message was deleted; the handle may be that of an earlier delivery. */
  removed?(queue: QueueName, message: Message, handle: string): void;
  hidden?(queue: QueueName, message: Message, handle: string): void;
}

/** The longest time that a message stays where its duplicate, or it itself, cannot be seen. */
const LATE_MS = 10_000;
/** So late that a permit which looks three times still finds it. */
const CALM_LATE_MS = 2000;
const AGAIN_MS = 60_000;
/** For so long a dead letter that was received is hidden from others. */
const DEAD_VISIBILITY_MS = 60_000;
/** How old an approximate count may be. */
const COUNT_MS = 60_000;

export class SimulatedQueues implements AtOnce<Queues> {
  readonly watchers: QueueWatcher[] = [];
  private readonly queues = new Map<string, SimulatedQueue>();
  private readonly handles = new Map<string, Message>();
  private readonly counted = new Map<string, { at: number; depth: Depth }>();
  private count = 0;
  /** Messages that are in no dead-letter queue, and those that are. */
  private live = 0;
  private buried = 0;
  private readonly env: Environment;
  private readonly options: QueueOptions;

  constructor(env: Environment, options: QueueOptions) {
    this.env = env;
    this.options = options;
  }

  sendTasks(to: BandQueue, messages: readonly Outgoing<TaskMessage>[]): void {
    this.send(to, messages);
  }

  sendPermits(to: PermitQueue, messages: readonly Outgoing<Permit>[]): void {
    this.send(to, messages);
  }

  sendSeeTo(messages: readonly Outgoing<SeeTo>[]): void {
    this.send("settle", messages);
  }

  receiveTask(from: BandQueue, options: ReceiveOptions): Received<TaskMessage> | undefined {
    return this.receive(from, options) as Received<TaskMessage> | undefined;
  }

  receivePermit(from: PermitQueue, options: ReceiveOptions): Received<Permit> | undefined {
    return this.receive(from, options) as Received<Permit> | undefined;
  }

  /** What an event source mapping polls with: one long poll after another until a message comes. */
  next(queue: QueueName, visibilitySeconds: number): Promise<Received<unknown>> {
    const taken = this.take(queue, visibilitySeconds, Number.POSITIVE_INFINITY);
    return Promise.resolve(taken as Promise<Received<unknown>>);
  }

  /** A short poll; the answer of a long one is a promise, unless there is a message. */
  receive(queue: QueueName, { waitSeconds, visibilitySeconds }: ReceiveOptions): unknown {
    const any = this.of(queue).ready.length > 0;
    if (visibilitySeconds === 0) return this.look(queue);
    // Long polls ask all servers: they do not miss what is there.
    if (waitSeconds === 0 && (!any || this.env.faults.strikes("false empty"))) {
      for (const each of this.watchers) each.polled?.(queue, undefined, any);
      return undefined;
    }
    return this.take(queue, visibilitySeconds, waitSeconds * 1000);
  }

  /** A receive that hides nothing: it takes no message from anyone, and is no search for work. */
  private look(queue: QueueName): Received<unknown> | undefined {
    const message = this.of(queue).pick(this.env);
    if (!message) return undefined;
    message.receives += 1;
    return received(message);
  }

  hide(queue: QueueName, handle: string, seconds: number): void {
    const message = this.handles.get(handle);
    // What is visible is in nobody's hands: SQS refuses to hide it, and the adapter is content.
    if (message?.where !== "hidden") return;
    const stale = message.handle !== handle;
    if (stale && !this.env.faults.strikes("stale handle")) return;
    for (const each of this.watchers) each.hidden?.(queue, message, handle);
    this.show(queue, message, seconds * 1000);
  }

  remove(queue: QueueName, handle: string): void {
    const message = this.handles.get(handle);
    if (!message || message.where === "gone" || message.where === "dead") return;
    const stale = message.handle !== handle;
    if (stale && !this.env.faults.strikes("stale handle")) return;
    this.live -= 1;
    this.of(queue).take(message);
    message.where = "gone";
    for (const each of this.watchers) each.removed?.(queue, message, handle);
    if (this.env.faults.strikes("duplicate")) this.copy(queue, message, AGAIN_MS);
  }

  depth(queue: QueueName): Depth {
    const { now } = this.env.world;
    const key = queueKey(queue);
    const last = this.counted.get(key);
    if (last && now - last.at < COUNT_MS && this.env.faults.strikes("stale count")) {
      return last.depth;
    }
    const depth = this.of(queue).depth();
    this.counted.set(key, { at: now, depth });
    return depth;
  }

  receiveDead(queue: QueueName): readonly DeadLetter[] {
    const { now } = this.env.world;
    const some = this.of(queue).dead.filter(({ readyAt }) => readyAt <= now);
    return some.slice(0, 10).map((message) => {
      message.readyAt = now + DEAD_VISIBILITY_MS;
      const { text } = message;
      return text === undefined ? received(message) : { ...received(message), text };
    });
  }

  removeDead(queue: QueueName, handle: string): void {
    const { dead } = this.of(queue);
    const index = dead.findIndex((each) => each.handle === handle);
    if (index === -1) return;
    const [message] = dead.splice(index, 1);
    this.buried -= 1;
    if (message) message.where = "gone";
  }

  showDead(queue: QueueName, handle: string): void {
    const message = this.of(queue).dead.find((each) => each.handle === handle);
    if (message) message.readyAt = 0;
  }

  deadDepth(queue: QueueName): Depth {
    const { now } = this.env.world;
    const { dead } = this.of(queue);
    const inFlight = dead.filter(({ readyAt }) => readyAt > now).length;
    return { ready: dead.length - inFlight, inFlight, delayed: 0 };
  }

  /**
   * Somebody else has written to the queue, and nobody could read it: a dead letter.
   * @returns its handle
   */
  bury(queue: QueueName, text: string): string {
    const handle = `dead-${++this.count}`;
    const sentAt = this.env.world.now;
    const message = { body: undefined, text, sentAt, receives: 1, handle, epoch: 0, readyAt: 0 };
    this.of(queue).dead.push({ ...message, where: "dead" });
    this.buried += 1;
    return handle;
  }

  isDead(queue: QueueName, handle: string): boolean {
    return this.of(queue).dead.some((each) => each.handle === handle);
  }

  /** Forgets what was sent before that time, as SQS does after 14 days. */
  forget(queue: QueueName, before: number): void {
    const own = this.of(queue);
    for (const message of own.all()) {
      if (message.sentAt >= before) continue;
      own.take(message);
      message.where = "gone";
      this.live -= 1;
    }
  }

  /** Messages that were ever sent to the queue, duplicates included. */
  sentTo(queue: QueueName): number {
    return this.of(queue).added;
  }

  /** Whether no message is left, dead letters included. */
  isDrained(): boolean {
    return this.live === 0 && this.buried === 0;
  }

  /** Messages that are left, dead letters included, by queue. */
  left(): string[] {
    return [...this.queues].flatMap(([key, queue]) => {
      const { ready, inFlight, delayed } = queue.depth();
      const count = ready + inFlight + delayed + queue.dead.length;
      return count === 0 ? [] : [`${count} in ${key}`];
    });
  }

  /** The messages that can be received now. */
  visible(queue: QueueName): readonly Message[] {
    return this.of(queue).ready;
  }

  /** How many cannot be received now. */
  hidden(queue: QueueName): number {
    const { inFlight, delayed } = this.of(queue).depth();
    return inFlight + delayed;
  }

  private send(queue: QueueName, messages: readonly Outgoing<unknown>[]): void {
    const { faults, random, world } = this.env;
    for (const { body, delaySeconds } of messages) {
      if (faults.strikes("lost message")) continue;
      const message: Message = {
        body,
        sentAt: world.now,
        receives: 0,
        handle: "",
        where: "hidden",
        epoch: 0,
        readyAt: 0,
      };
      this.add(queue, message);
      for (const each of this.watchers) each.sent?.(queue, message);
      const late = faults.strikes("late message")
        ? random.whole(0, faults.calm ? CALM_LATE_MS : LATE_MS)
        : 0;
      this.show(queue, message, delaySeconds * 1000 + random.latency(5) + late);
      if (faults.strikes("duplicate")) this.copy(queue, message, AGAIN_MS);
    }
  }

  private copy(queue: QueueName, message: Message, within: number): void {
    const copy: Message = { ...message, handle: "", where: "hidden", epoch: 0 };
    this.add(queue, copy);
    this.show(queue, copy, this.env.random.whole(0, within));
  }

  private add(queue: QueueName, message: Message): void {
    this.live += 1;
    this.of(queue).added += 1;
    this.of(queue).add(message);
  }

  /** Takes a message; a promise if there is none and it waits for one. */
  private take(queue: QueueName, visibilitySeconds: number, waitMs: number): unknown {
    const own = this.of(queue);
    const { acting, world } = this.env;
    let taken: Received<unknown> | undefined;
    let resolve: (message: Received<unknown> | undefined) => void = (message) => {
      taken = message;
    };
    let open = true;
    const attempt: Attempt = () => {
      while (open) {
        const message = own.pick(this.env);
        if (!message) return "waits";
        if (!this.deliver(queue, message, visibilitySeconds, acting)) continue;
        open = false;
        resolve(received(message));
      }
      return "is over";
    };
    if (attempt() === "is over" || waitMs === 0) return taken;
    own.wait(attempt);
    return new Promise((later) => {
      resolve = later;
      if (waitMs === Number.POSITIVE_INFINITY) return;
      world.after(waitMs, () => {
        if (!open) return QUIET;
        open = false;
        this.env.acting = acting;
        for (const each of this.watchers) each.polled?.(queue, undefined, false);
        this.env.acting = undefined;
        return resolve(undefined);
      });
    });
  }

  /** @returns whether it was delivered; else it has become a dead letter */
  private deliver(
    queue: QueueName,
    message: Message,
    visibilitySeconds: number,
    by: Environment["acting"],
  ): boolean {
    const own = this.of(queue);
    own.take(message);
    if (message.receives >= this.options.maxReceives) {
      message.where = "dead";
      message.readyAt = 0;
      message.handle = `dead-${++this.count}`;
      own.dead.push(message);
      this.live -= 1;
      this.buried += 1;
      return false;
    }
    message.receives += 1;
    message.handle = `${queueKey(queue)}-${++this.count}`;
    this.handles.set(message.handle, message);
    own.add(message);
    const { acting } = this.env;
    this.env.acting = by;
    for (const each of this.watchers) each.polled?.(queue, message, false);
    this.env.acting = acting;
    this.show(queue, message, visibilitySeconds * 1000);
    // At least once: another server still shows it.
    if (this.env.faults.strikes("duplicate")) this.copy(queue, message, AGAIN_MS);
    return true;
  }

  /** Hides a message for so long, and shows it then to whoever waits. */
  private show(queue: QueueName, message: Message, inMilliseconds: number): void {
    const own = this.of(queue);
    const { world } = this.env;
    message.epoch += 1;
    const { epoch } = message;
    if (message.where === "ready") own.hide(message);
    world.after(inMilliseconds, () => {
      if (message.epoch !== epoch || message.where !== "hidden") return QUIET;
      message.readyAt = world.now;
      return own.show(message);
    });
  }

  private of(queue: QueueName): SimulatedQueue {
    const key = queueKey(queue);
    const known = this.queues.get(key);
    if (known) return known;
    const made = new SimulatedQueue();
    this.queues.set(key, made);
    return made;
  }
}

function received({ body, handle, sentAt, receives }: Message): Received<unknown> {
  return { body, handle, sentAt, receives };
}
