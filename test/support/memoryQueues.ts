/**
 * Queues in memory that lose nothing, double nothing and miss nothing. Time is the clock's that
 * they are given; a receive never waits. What goes wrong with real ones is test/simulation's.
 */
import type {
  BandQueue,
  Clock,
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
import { queueKey } from "./queueKey.ts";

interface Message {
  body: unknown;
  sentAt: number;
  visibleAt: number;
  receives: number;
  handle: string;
  group?: string;
}

export class MemoryQueues implements Queues {
  private readonly queues = new Map<string, Message[]>();
  private readonly dead = new Map<string, Message[]>();
  private count = 0;
  private readonly clock: Pick<Clock, "now">;

  constructor(clock: Pick<Clock, "now">) {
    this.clock = clock;
  }

  async sendTasks(to: BandQueue, messages: readonly Outgoing<TaskMessage>[]): Promise<void> {
    this.send(to, messages);
  }

  async sendPermits(to: PermitQueue, messages: readonly Outgoing<Permit>[]): Promise<void> {
    this.send(to, messages);
  }

  async sendSeeTo(messages: readonly Outgoing<SeeTo>[]): Promise<void> {
    this.send("settle", messages);
  }

  async receiveTask(from: BandQueue, options: ReceiveOptions) {
    return this.receive<TaskMessage>(from, options.visibilitySeconds);
  }

  async receivePermit(from: PermitQueue, options: ReceiveOptions) {
    return this.receive<Permit>(from, options.visibilitySeconds);
  }

  /** The oldest visible message of any queue. */
  receive<T>(queue: QueueName, visibilitySeconds: number): Received<T> | undefined {
    const now = this.clock.now();
    const message = this.of(queue).find((each) => each.visibleAt <= now);
    if (!message) return undefined;
    message.receives += 1;
    message.handle = `${queueKey(queue)}-${++this.count}`;
    message.visibleAt = now + visibilitySeconds * 1000;
    const { body, handle, sentAt, receives } = message;
    return { body: body as T, handle, sentAt, receives };
  }

  async hide(queue: QueueName, handle: string, seconds: number): Promise<void> {
    const message = this.of(queue).find((each) => each.handle === handle);
    if (message) message.visibleAt = this.clock.now() + seconds * 1000;
  }

  async remove(queue: QueueName, handle: string): Promise<void> {
    const left = this.of(queue).filter((each) => each.handle !== handle);
    this.queues.set(queueKey(queue), left);
  }

  async depth(queue: QueueName): Promise<Depth> {
    return this.depthOf(this.of(queue));
  }

  private depthOf(messages: readonly Message[]): Depth {
    const depth: Depth = { ready: 0, inFlight: 0, delayed: 0 };
    for (const { visibleAt, receives } of messages) {
      if (visibleAt <= this.clock.now()) depth.ready += 1;
      else if (receives > 0) depth.inFlight += 1;
      else depth.delayed += 1;
    }
    return depth;
  }

  async receiveDead(queue: QueueName): Promise<readonly DeadLetter[]> {
    const letters = this.dead.get(queueKey(queue)) ?? [];
    const some = letters.filter((each) => each.visibleAt <= this.clock.now()).slice(0, 10);
    for (const each of some) each.visibleAt = this.clock.now() + 60_000;
    return some.map(({ body, handle, sentAt, receives }) => {
      const text = body === undefined ? "no sense" : JSON.stringify(body);
      return { body, handle, sentAt, receives, text };
    });
  }

  async showDead(queue: QueueName, handle: string): Promise<void> {
    const letter = this.dead.get(queueKey(queue))?.find((each) => each.handle === handle);
    if (letter) letter.visibleAt = 0;
  }

  async deadDepth(queue: QueueName): Promise<Depth> {
    return this.depthOf(this.dead.get(queueKey(queue)) ?? []);
  }

  async removeDead(queue: QueueName, handle: string): Promise<void> {
    const letters = this.dead.get(queueKey(queue)) ?? [];
    this.dead.set(
      queueKey(queue),
      letters.filter((each) => each.handle !== handle),
    );
  }

  /** Puts a message among the dead letters; undefined stands for one that cannot be parsed. */
  bury(queue: QueueName, body: unknown): void {
    const letters = this.dead.get(queueKey(queue)) ?? [];
    const handle = `dead-${++this.count}`;
    letters.push({ body, sentAt: this.clock.now(), visibleAt: 0, receives: 1, handle });
    this.dead.set(queueKey(queue), letters);
  }

  /** Loses what was sent longer ago than this (milliseconds), as SQS does after 14 days. */
  forget(age: number): void {
    const before = this.clock.now() - age;
    for (const [key, messages] of this.queues) {
      this.queues.set(
        key,
        messages.filter((each) => each.sentAt >= before),
      );
    }
  }

  /** Loses every message, as a purge would. */
  purge(): void {
    this.queues.clear();
  }

  /** What lies in a queue, in the order of sending. */
  messages(queue: QueueName): readonly Readonly<Message>[] {
    return this.of(queue);
  }

  /** What lies in all queues, by their names. */
  everything(): ReadonlyMap<string, readonly Readonly<Message>[]> {
    return this.queues;
  }

  /** Messages of all queues together. */
  size(): number {
    return [...this.queues.values()].reduce((sum, each) => sum + each.length, 0);
  }

  private send(queue: QueueName, messages: readonly Outgoing<unknown>[]): void {
    const now = this.clock.now();
    for (const { body, delaySeconds, group } of messages) {
      const visibleAt = now + delaySeconds * 1000;
      const message: Message = { body, sentAt: now, visibleAt, receives: 0, handle: "" };
      this.of(queue).push(group === undefined ? message : { ...message, group });
    }
  }

  private of(queue: QueueName): Message[] {
    const messages = this.queues.get(queueKey(queue)) ?? [];
    this.queues.set(queueKey(queue), messages);
    return messages;
  }
}
