/**
 * What the simulated callers do: tasks that behave well and badly, batches, aggregates over what
 * exists, promises, timers, cancels, moves, repeats of a request, ids that are taken, and bands that
 * are paused for a while.
 */
import { DEFAULT_BANDS } from "../../core/bands.ts";
import { ConflictError } from "../../core/errors.ts";
import type { FutureRecord } from "../../core/future.ts";
import {
  type AggregateKind,
  cancelsRest,
  type Policy,
  type ReturnWhen,
} from "../../core/policies.ts";
import type { Ports } from "../../core/ports.ts";
import { addMembers } from "../../core/usecases/addMembers.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise, createTimer } from "../../core/usecases/createTimed.ts";
import { move } from "../../core/usecases/move.ts";
import { openAggregate } from "../../core/usecases/openAggregate.ts";
import { pause, resume } from "../../core/usecases/pause.ts";
import type { TaskRequest } from "../../core/usecases/requests.ts";
import { seal } from "../../core/usecases/seal.ts";
import { settle } from "../../core/usecases/settle.ts";
import { submit } from "../../core/usecases/submit.ts";
import { submitBatch } from "../../core/usecases/submitBatch.ts";
import { type CallAnswer, call } from "./caller.ts";
import type { History } from "./history.ts";
import type { MakePorts } from "./lambda.ts";
import type { Environment } from "./process.ts";
import type { Behaviour } from "./work.ts";

/** The pool besides the default one. */
export const OTHER_POOL = "other";

/** What a caller knows of a future. */
export interface Known {
  id: string;
  kind: FutureRecord["kind"];
  behaviour?: Behaviour;
  /** Priorities that it may rightly be dispatched with. */
  priorities: number[];
  /** The pool that runs it, unless it is the default one. */
  pool?: string;
  /** It was answered 2xx, so it must settle (promise 1). */
  accepted: boolean;
  cancelRequested: boolean;
  settled: boolean;
  /** It is being filled: it can be no member of another aggregate. */
  open?: boolean;
}

const KINDS: AggregateKind[] = [
  ...["gather", "gather", "gather", "wait", "wait", "wait"],
  ...["waitFor", "shield", "asCompleted", "taskGroup", "any", "race", "some"],
] as AggregateKind[];
const TIMED: AggregateKind[] = ["wait", "waitFor", "asCompleted"];
const OPENED: AggregateKind[] = ["gather", "wait", "asCompleted", "taskGroup", "any", "race"];
const RETURN_WHEN: ReturnWhen[] = ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"];

/** Whether it may cancel its members although nobody asked it to. */
function mayCancel(policy: Policy): boolean {
  return ["waitFor", "taskGroup"].includes(policy.of) || cancelsRest(policy);
}

export class Workload {
  readonly known = new Map<string, Known>();
  private count = 0;
  private readonly env: Environment;
  private readonly makePorts: MakePorts;
  private readonly history: History;

  constructor(env: Environment, makePorts: MakePorts, history: History) {
    this.env = env;
    this.makePorts = makePorts;
    this.history = history;
  }

  /** Starts operations at random times, and resolves when the last has been answered. */
  async run(operations: number, milliseconds: number): Promise<void> {
    const { random, world } = this.env;
    await Promise.all(
      Array.from({ length: operations }, async () => {
        await world.sleep(random.next() * milliseconds);
        await this.operation();
      }),
    );
  }

  private operation(): Promise<void> {
    const dice = this.env.random.next();
    if (dice < 0.36) return this.task();
    if (dice < 0.46) return this.batch();
    if (dice < 0.7) return this.aggregate();
    if (dice < 0.76) return this.opened();
    if (dice < 0.82) return this.promise();
    if (dice < 0.86) return this.timer();
    if (dice < 0.95) return this.cancelSome();
    if (dice < 0.98) return this.moveSome();
    return this.pauseSome();
  }

  private async task(): Promise<void> {
    const { random } = this.env;
    const { request, behaviour } = this.taskRequest();
    const id = this.newId("task");
    const known = this.learnTask(id, request, behaviour);
    await this.make(known, (ports) => submit(ports, { ...request, id }));
    if (!known.accepted) return;
    const then = random.next();
    if (then < 0.1) {
      await this.make(known, (ports) => submit(ports, { ...request, id }));
    } else if (then < 0.2) {
      const other = { ...request, id, priority: request.priority + 1 };
      const answer = await this.call((ports) => submit(ports, other));
      if (answer.how === "answered") {
        this.history.violation(8, id, "another request was accepted under a taken id");
      }
    }
  }

  private async batch(): Promise<void> {
    const { random } = this.env;
    const tasks = Array.from({ length: random.whole(1, 8) }, () => this.taskRequest());
    const id = this.newId("batch");
    const members = tasks.map(({ request, behaviour }, index) =>
      this.learnTask(`${id}.${index}`, request, behaviour),
    );
    const gather = this.learn({ id, kind: "gather", priorities: [] });
    const policy: Policy = { of: "gather", returnExceptions: random.chance(0.5) };
    const options = { id, policy };
    const requests = tasks.map((each) => each.request);
    await this.make(gather, (ports) => submitBatch(ports, requests, options));
    for (const member of members) member.accepted = gather.accepted;
  }

  private async aggregate(): Promise<void> {
    const { random } = this.env;
    const kind = random.pick(KINDS);
    const one = kind === "waitFor" || kind === "shield";
    const of = this.some(one ? 1 : random.whole(1, 6), (each) => !each.open);
    if (of.length === 0) return;
    // asyncio's gather takes the same future twice.
    if (kind === "gather" && random.chance(0.1)) of.push(random.pick(of));
    const id = this.newId(kind);
    const known = this.learn({ id, kind, priorities: [] });
    // Drawn once: a repeat must be the same request.
    const policy = this.policy(kind, of.length);
    const timed = TIMED.includes(kind) && random.chance(0.4);
    const request = { id, of, policy, ...(timed ? { timeoutSeconds: random.whole(0, 20) } : {}) };
    if (mayCancel(policy)) for (const each of of) this.requestCancel(each);
    await this.make(known, (ports) => createAggregate(ports, request));
  }

  private policy(of: AggregateKind, members: number): Policy {
    const { random } = this.env;
    switch (of) {
      case "gather":
        return { of, returnExceptions: random.chance(0.5) };
      case "wait":
        return { of, returnWhen: random.pick(RETURN_WHEN) };
      case "any":
      case "race":
        return { of, cancelRest: random.chance(0.5) };
      case "some":
        return { of, count: random.whole(1, members), cancelRest: random.chance(0.5) };
      default:
        return { of };
    }
  }

  /** An aggregate that is filled in pages, in any order, some of them twice, and mostly sealed. */
  private async opened(): Promise<void> {
    const { random, world } = this.env;
    const kind = random.pick(OPENED);
    const id = this.newId(`open-${kind}`);
    const known = this.learn({ id, kind, priorities: [], open: true });
    const policy = this.policy(kind, 1);
    const open = { id, policy, members: "tasks", sealWithinSeconds: 120 } as const;
    await this.make(known, (ports) => openAggregate(ports, open));
    if (!known.accepted) return;
    const pages: { start: number; tasks: TaskRequest[] }[] = [];
    let size = 0;
    for (let count = random.whole(1, 4); count > 0; count -= 1) {
      const tasks = Array.from({ length: random.whole(1, 4) }, () => this.member(id, size++));
      pages.push({ start: size - tasks.length, tasks });
    }
    if (mayCancel(policy)) this.requestCancel(id, true);
    const calls = [...pages, ...(random.chance(0.3) ? [random.pick(pages)] : [])];
    calls.sort(() => random.next() - 0.5);
    let added = true;
    for (const page of calls) {
      added &&= await this.step(known, (ports) => addMembers(ports, id, page));
      if (random.chance(0.2)) await world.sleep(random.whole(0, 20_000));
    }
    if (!added || random.chance(0.1)) return;
    if (!(await this.step(known, (ports) => seal(ports, id, size)))) return;
    known.open = false;
    for (let member = 0; member < size; member += 1) {
      const task = this.known.get(`${id}.${member}`);
      if (task) task.accepted = true;
    }
  }

  private member(id: string, number: number): TaskRequest {
    const { request, behaviour } = this.taskRequest();
    this.learnTask(`${id}.${number}`, request, behaviour);
    return request;
  }

  /** A call of several that fill an aggregate; it may be refused if that was cancelled meanwhile. */
  private async step(known: Known, serve: (ports: Ports) => Promise<unknown>): Promise<boolean> {
    const answer = await this.call(serve);
    this.history.note(known.id, `a step of its filling: ${answer.how}`);
    if (answer.how === "refused" && !known.settled) {
      this.history.violation(1, known.id, `a good request was refused: ${answer.error}`);
    }
    return answer.how === "answered";
  }

  private async promise(): Promise<void> {
    const { random, world } = this.env;
    const id = this.newId("promise");
    const known = this.learn({ id, kind: "promise", priorities: [] });
    const request = random.chance(0.3) ? { id, timeoutSeconds: random.whole(1, 60) } : { id };
    await this.make(known, (ports) => createPromise(ports, request));
    if (!known.accepted) return;
    await world.sleep(random.whole(0, 30_000));
    // Whoever owns a promise does not give up on it; but once it is settled that is done with.
    while (!known.settled) {
      const answer = await this.call((ports) => settle(ports, id, { result: '"settled"' }));
      if (answer.how !== "gave up") return;
      await world.sleep(10_000);
    }
  }

  private async timer(): Promise<void> {
    const { random } = this.env;
    const id = this.newId("timer");
    const known = this.learn({ id, kind: "timer", priorities: [] });
    const delaySeconds = random.chance(0.2) ? random.whole(901, 1500) : random.whole(0, 90);
    const request = { id, delaySeconds, result: '"rang"' };
    await this.make(known, (ports) => createTimer(ports, request));
  }

  private async cancelSome(): Promise<void> {
    for (const id of this.some(1)) {
      this.requestCancel(id);
      await this.call((ports) => cancel(ports, id));
    }
  }

  private async moveSome(): Promise<void> {
    for (const id of this.some(1)) {
      const priority = this.env.random.whole(0, 10);
      for (const each of this.known.values()) {
        if (each.id === id || each.id.startsWith(`${id}.`)) each.priorities.push(priority);
      }
      // On an aggregate it moves whatever stands below it.
      for (const each of this.known.values()) each.priorities.push(priority);
      await this.call((ports) => move(ports, id, priority));
    }
  }

  /** Pauses a band, and sees to it that it is resumed. */
  private async pauseSome(): Promise<void> {
    const { random, world } = this.env;
    const { name } = random.pick(DEFAULT_BANDS);
    const paused = await this.call((ports) => pause(ports, name));
    // What was given up may happen yet, within what a process may stand still and a call may last.
    if (paused.how === "gave up") await world.sleep(120_000);
    for (;;) {
      await world.sleep(random.whole(0, 60_000));
      const answer = await this.call((ports) => resume(ports, name));
      if (answer.how !== "gave up") return;
    }
  }

  /** A cancelled gather may cancel anything below it: the judge asks only for tasks themselves. */
  private requestCancel(id: string, below = false): void {
    const target = this.known.get(id);
    const reaches = target && target.kind !== "task" && target.kind !== "promise";
    for (const each of this.known.values()) {
      if (each.id === id || reaches || (below && each.id.startsWith(`${id}.`))) {
        each.cancelRequested = true;
      }
    }
  }

  private taskRequest(): { request: TaskRequest; behaviour: Behaviour } {
    const { random } = this.env;
    const dice = random.next();
    const behaviour: Behaviour = {
      milliseconds: random.chance(0.1) ? random.whole(1000, 12_000) : random.whole(0, 500),
      failures: random.chance(0.8) ? 0 : random.whole(1, 4),
      end: dice < 0.82 ? "value" : dice < 0.9 ? "large value" : dice < 0.97 ? "reject" : "hang",
      declines: random.chance(0.2),
    };
    const request: TaskRequest = {
      task: "work",
      input: JSON.stringify(behaviour),
      priority: random.whole(0, 10),
      ...(random.chance(0.1) ? { delaySeconds: random.whole(1, 30) } : {}),
      ...(random.chance(0.3) ? { tenant: random.pick(["a", "b"]) } : {}),
      ...(random.chance(0.3) ? { pool: OTHER_POOL } : {}),
    };
    return { request, behaviour };
  }

  /** Makes a future by a call; a refusal is a violation, since nothing about it was wrong. */
  private async make(known: Known, serve: (ports: Ports) => Promise<unknown>): Promise<void> {
    const answer = await this.call(serve);
    this.history.note(known.id, `its creation: ${answer.how}`);
    if (answer.how === "answered") known.accepted = true;
    if (answer.how === "refused") {
      const promise = answer.error instanceof ConflictError ? 8 : 1;
      this.history.violation(promise, known.id, `a good request was refused: ${answer.error}`);
    }
  }

  private call<T>(serve: (ports: Ports) => Promise<T>): Promise<CallAnswer<T>> {
    return call(this.env, this.makePorts, serve);
  }

  private learnTask(id: string, { priority, pool }: TaskRequest, behaviour: Behaviour): Known {
    const priorities = [priority];
    return this.learn({ id, kind: "task", behaviour, priorities, ...(pool ? { pool } : {}) });
  }

  private learn(known: Omit<Known, "accepted" | "cancelRequested" | "settled">): Known {
    const full = { ...known, accepted: false, cancelRequested: false, settled: false };
    this.known.set(known.id, full);
    return full;
  }

  /** Ids of accepted futures, each once. */
  private some(number: number, fits: (known: Known) => boolean = () => true): string[] {
    const accepted = [...this.known.values()].filter((each) => each.accepted && fits(each));
    const ids = accepted.map(({ id }) => id);
    const picked = new Set<string>();
    for (let i = 0; i < number && ids.length > 0; i += 1) picked.add(this.env.random.pick(ids));
    return [...picked];
  }

  private newId(kind: string): string {
    return `${kind}-${++this.count}`;
  }
}
