/**
 * SQS standard queues as AWS documents them: at least once, without order, short polls that miss
 * messages, visibility that runs out, stale receipt handles, dead letters.
 */
import type {
  BandQueue,
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
import { queueKey } from "../support/queueKey.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

export interface QueueFaults {
  /** A short poll misses a visible message. */
  falseEmpty: number;
  /** A message is delivered once more although it was received or deleted. */
  duplicate: number;
  /** A message is lost. SQS never does that: it is here to see that the judge notices. */
  lost: number;
}

export const TRUTHFUL: QueueFaults = { falseEmpty: 0, duplicate: 0, lost: 0 };

interface Message {
  body: unknown;
  sentAt: number;
  visibleAt: number;
  receives: number;
  /** Good for the last delivery only. */
  handle: string;
}

export interface QueueOptions {
  bands: number;
  maxReceives: number;
}

export class SimulatedQueues implements Queues {
  faults: QueueFaults = TRUTHFUL;
  /** Is told of every message that is sent. */
  onSend: (queue: QueueName, body: unknown) => void = () => {};
  private readonly queues = new Map<string, Message[]>();
  private readonly dead = new Map<string, Message[]>();
  private readonly waiting = new Map<string, (() => void)[]>();
  private count = 0;
  private readonly world: World;
  private readonly random: Random;
  private readonly options: QueueOptions;

  constructor(world: World, random: Random, options: QueueOptions) {
    this.world = world;
    this.random = random;
    this.options = options;
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
    return (await this.receive(from, options)) as Received<TaskMessage> | undefined;
  }

  async receivePermit(from: PermitQueue, options: ReceiveOptions) {
    return (await this.receive(from, options)) as Received<Permit> | undefined;
  }

  /** Also what the simulated event source mappings poll with. */
  async receive(queue: QueueName, options: ReceiveOptions): Promise<Received<unknown> | undefined> {
    const end = this.world.now + options.waitSeconds * 1000;
    for (;;) {
      // Long polls ask all servers: they do not miss what is there.
      const misses = options.waitSeconds === 0 && this.random.chance(this.faults.falseEmpty);
      const message = misses ? undefined : this.takeVisible(queue);
      if (message) return this.deliver(queue, message, options.visibilitySeconds);
      if (this.world.now >= end) return undefined;
      await Promise.race([this.wakes(queue), this.world.sleep(end - this.world.now)]);
    }
  }

  async hide(queue: QueueName, handle: string, seconds: number): Promise<void> {
    const message = this.byHandle(queue, handle);
    if (message) this.show(queue, message, seconds * 1000);
  }

  async remove(queue: QueueName, handle: string): Promise<void> {
    const messages = this.of(queue);
    const message = this.byHandle(queue, handle);
    if (!message) return;
    messages.splice(messages.indexOf(message), 1);
    if (this.random.chance(this.faults.duplicate)) {
      const copy = { ...message, handle: "" };
      messages.push(copy);
      this.show(queue, copy, this.random.whole(0, 60_000));
    }
  }

  async depth(queue: QueueName): Promise<Depth> {
    const depth: Depth = { ready: 0, inFlight: 0, delayed: 0 };
    for (const message of this.of(queue)) {
      if (message.visibleAt <= this.world.now) depth.ready += 1;
      else if (message.receives > 0) depth.inFlight += 1;
      else depth.delayed += 1;
    }
    return depth;
  }

  async receiveDead(queue: QueueName): Promise<readonly Received<unknown>[]> {
    return (this.dead.get(queueKey(queue)) ?? []).slice(0, 10);
  }

  async removeDead(queue: QueueName, handle: string): Promise<void> {
    const rest = (this.dead.get(queueKey(queue)) ?? []).filter((each) => each.handle !== handle);
    this.dead.set(queueKey(queue), rest);
  }

  /** They are hidden from nobody here. */
  async showDead(): Promise<void> {}

  async deadDepth(queue: QueueName): Promise<Depth> {
    return { ready: this.dead.get(queueKey(queue))?.length ?? 0, inFlight: 0, delayed: 0 };
  }

  /** Whether no message is left, dead letters apart. */
  isDrained(): boolean {
    return [...this.queues.values()].every((messages) => messages.length === 0);
  }

  private send(queue: QueueName, messages: readonly Outgoing<unknown>[]): void {
    for (const { body, delaySeconds } of messages) {
      if (this.random.chance(this.faults.lost)) continue;
      const copies = this.random.chance(this.faults.duplicate) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const { now } = this.world;
        const message = { body, sentAt: now, visibleAt: now, receives: 0, handle: "" };
        this.of(queue).push(message);
        this.show(queue, message, delaySeconds * 1000 + this.random.latency(5));
        this.onSend(queue, body);
      }
    }
  }

  private takeVisible(queue: QueueName): Message | undefined {
    const messages = this.of(queue);
    const visible = messages.filter((each) => each.visibleAt <= this.world.now);
    if (visible.length === 0) return undefined;
    // Without order, but mostly the older ones first.
    return visible[this.random.chance(0.8) ? 0 : this.random.whole(0, visible.length - 1)];
  }

  private deliver(queue: QueueName, message: Message, visibility: number) {
    if (message.receives >= this.options.maxReceives) {
      const messages = this.of(queue);
      messages.splice(messages.indexOf(message), 1);
      const letters = this.dead.get(queueKey(queue)) ?? [];
      this.dead.set(queueKey(queue), letters);
      letters.push({ ...message, handle: `dead-${++this.count}` });
      return undefined;
    }
    message.receives += 1;
    message.handle = `${queueKey(queue)}-${++this.count}`;
    this.show(queue, message, visibility * 1000);
    const { body, handle, sentAt, receives } = message;
    return { body, handle, sentAt, receives };
  }

  /** Sets when a message can be received, and wakes the long polls at that time. */
  private show(queue: QueueName, message: Message, inMilliseconds: number): void {
    message.visibleAt = this.world.now + inMilliseconds;
    this.world.at(message.visibleAt, () => {
      const waiting = this.waiting.get(queueKey(queue)) ?? [];
      this.waiting.delete(queueKey(queue));
      for (const wake of waiting) wake();
    });
  }

  /** Resolves when a message of the queue may have become visible. */
  private wakes(queue: QueueName): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.waiting.get(queueKey(queue)) ?? [];
      this.waiting.set(queueKey(queue), waiting);
      waiting.push(resolve);
    });
  }

  private byHandle(queue: QueueName, handle: string): Message | undefined {
    return this.of(queue).find((each) => each.handle === handle && handle !== "");
  }

  private of(queue: QueueName): Message[] {
    const messages = this.queues.get(queueKey(queue)) ?? [];
    this.queues.set(queueKey(queue), messages);
    return messages;
  }
}
