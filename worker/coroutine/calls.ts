/**
 * The methods of `ctx` that make a task a coroutine.
 */
import { newToken, tokenHash } from "../../core/approval.ts";
import { DEFAULT_PRIORITY, MAX_PRIORITY } from "../../core/bands.ts";
import type { Policy } from "../../core/policies.ts";
import type { Ports } from "../../core/ports.ts";
import { checkPolicy } from "../../core/usecases/createAggregate.ts";
import type { Making } from "../../core/usecases/makeCalls.ts";
import { MAX_OPENED_MEMBERS, type TaskRequest } from "../../core/usecases/requests.ts";
import type { Task } from "../task.ts";
import type { Worker } from "../worker.ts";
import { Chance } from "./chance.ts";
import { asCompleted } from "./completed.ts";
import type { Calls, Member, StepOptions, SubmitOptions, Timed } from "./context.ts";
import type { Coroutine } from "./coroutine.ts";
import { CoroutineFuture, CoroutinePromise, type Holder } from "./future.ts";
import { type GroupCalls, runGroup } from "./group.ts";
import { type Aggregate, interrupt, interruption } from "./interrupt.ts";
import { operate } from "./operations.ts";
import { Scope } from "./scope.ts";

/** Seconds of the longest wait: a year. */
const MAX_SECONDS = 31_536_000;

export interface CallsOptions {
  ports: Ports;
  worker: Worker;
  coroutine: Coroutine;
  /** Aborted when the attempt must end. */
  signal: AbortSignal;
}

export function makeCalls({ ports, worker, coroutine, signal }: CallsOptions): Calls {
  const { task } = coroutine;
  const chance = new Chance(`${task.id}/${task.journal ?? 0}`);
  const versions = new Map<string, number>();
  const aggregates = new Map<string, Aggregate>();
  /** Priorities of what it has made, to know what need not be lent. */
  const urgency = new Map<string, number>();

  const holder: Holder = {
    await(key) {
      const given = coroutine.await(key);
      Scope.current?.awaits();
      return given;
    },
    operate(name, id, argument) {
      const number = coroutine.nextId();
      return step(
        name,
        () => operate(ports, number, name, id, argument),
        { id, argument },
        { inOrder: true },
      );
    },
  };
  const future = <T>(id: string, decode?: (value: unknown) => T) =>
    new CoroutineFuture<T>(holder, id, coroutine.keyOf(id), decode);
  const make = (making: Making, shape: object) => coroutine.ledger.make(making, shape);

  async function step<T>(
    name: string,
    run: (signal: AbortSignal) => T | Promise<T>,
    shape: unknown,
    options: { inOrder?: boolean; atMostOnce?: boolean } = {},
  ): Promise<T> {
    const id = coroutine.ledger.step({ name, run, shape, ...options });
    return coroutine.await(coroutine.keyOf(id), true) as Promise<T>;
  }

  /** Whatever code caused it, it is the group's, and none that is interrupted with others. */
  function cancelAll(ids: readonly string[]): Promise<readonly string[]> {
    return Scope.outside(() => holder.operate("cancelAll", task.id, ids)) as Promise<string[]>;
  }

  function aggregate<T>(
    members: readonly Member[],
    policy: Policy,
    { timeoutSeconds }: Timed = {},
    decode?: (value: unknown) => T,
  ): CoroutineFuture<T> {
    const ids = members.map((each, index) => idOf(each, index));
    const isSet = policy.of === "wait";
    const of = isSet ? [...new Set(ids)] : ids;
    checkPolicy(policy, of.length, MAX_OPENED_MEMBERS);
    checkSeconds("timeoutSeconds", timeoutSeconds, { orNone: true });
    const priority = task.priority ?? DEFAULT_PRIORITY;
    const lent = of.every((id) => (urgency.get(id) ?? Number.POSITIVE_INFINITY) <= priority);
    const timed = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    const id = make(
      { make: "aggregate", of, policy, ...timed, ...(lent ? { lent: priority } : {}) },
      { of, policy, timeoutSeconds },
    );
    if (lent) urgency.set(id, priority);
    aggregates.set(id, { of, policy });
    return future(id, decode);
  }

  function submit(given: Task | string, input: unknown, options: SubmitOptions = {}) {
    const name = typeof given === "string" ? given : given.name;
    const definition = worker.task(name);
    if (!definition) throw new TypeError(`No task is named "${name}" in this worker.`);
    const { priority, delaySeconds, timeoutSeconds, retry } = options;
    checkPriority(priority);
    checkSeconds("delaySeconds", delaySeconds, { orNone: true });
    const text = jsonOf(input, "input");
    checkInput(definition, input);
    const request: Omit<TaskRequest, "id"> = {
      task: name,
      input: text,
      priority: priority ?? task.priority ?? DEFAULT_PRIORITY,
      ...(delaySeconds === undefined ? {} : { delaySeconds }),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...(retry === undefined ? {} : { retry }),
      ...(definition.pool === undefined ? {} : { pool: definition.pool }),
      ...(definition.event ? { notify: true } : {}),
    };
    const shape = { task: name, input: text, priority, delaySeconds, timeoutSeconds, retry };
    const id = make({ make: "task", request }, shape);
    urgency.set(id, request.priority);
    return future<never>(id);
  }

  function promise<T>({ timeoutSeconds }: Timed = {}, approval?: string): CoroutinePromise<T> {
    checkSeconds("timeoutSeconds", timeoutSeconds, { orNone: true });
    const timed = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    const token = approval === undefined ? {} : { approval };
    const id = make({ make: "promise", ...timed, ...token }, { ...timed, ...token });
    return new CoroutinePromise<T>(holder, id, coroutine.keyOf(id));
  }

  function sleep<T>(seconds: number, result: T | null = null): CoroutineFuture<T> {
    checkSeconds("seconds", seconds);
    const text = jsonOf(result, "result");
    const shape = { seconds, result: text };
    return future<T>(make({ make: "timer", delaySeconds: seconds, result: text }, shape));
  }

  const calls: Calls = {
    submit,
    sleep,
    promise,
    gather: (members: readonly Member[], options: { returnExceptions?: boolean } = {}) =>
      aggregate<never>(members, {
        of: "gather",
        returnExceptions: options.returnExceptions ?? false,
      }),
    wait(members, { returnWhen = "ALL_COMPLETED", ...timed } = {}) {
      const byId = new Map(members.map((each) => [each.id, each]));
      const pick = (ids: readonly string[]) => ids.flatMap((id) => byId.get(id) ?? []);
      return aggregate(members, { of: "wait", returnWhen }, timed, (value) => {
        const { done, pending } = value as { done: string[]; pending: string[] };
        return { done: pick(done), pending: pick(pending) };
      });
    },
    waitFor: (member, options) => aggregate([member], { of: "waitFor" }, options),
    shield: (member) => aggregate([member], { of: "shield" }),
    any: (members) => aggregate(members, { of: "any", cancelRest: false }),
    asCompleted(members, { timeoutSeconds } = {}) {
      const limit = timeoutSeconds === undefined ? undefined : sleep(timeoutSeconds);
      return asCompleted(members, limit);
    },
    taskGroup(body) {
      const group: GroupCalls = {
        ...calls,
        together: (members) => aggregate(members, { of: "taskGroup" }),
        cancel: cancelAll,
        guard: (id, onFailure) => coroutine.waits.guard(coroutine.keyOf(id), onFailure),
        unguard: (id) => coroutine.waits.unguard(coroutine.keyOf(id)),
        interrupt(scope, failure) {
          const { waits, ledger } = coroutine;
          const { steps } = ledger;
          const it = { task: task.id, waits, steps, aggregates, cancel: cancelAll };
          return interrupt(it, scope, failure).catch((error: unknown) => coroutine.crash(error));
        },
      };
      return runGroup(group, body);
    },
    async approval<T>(options: Timed = {}) {
      const token = await step("token", newToken, null);
      return { promise: promise<T>(options, tokenHash(token)), token };
    },
    future: (id) => future(id),
    promiseOf: (id) => new CoroutinePromise(holder, id, coroutine.keyOf(id)),
    step(name, run, { atMostOnce = false }: StepOptions = {}) {
      if (Scope.current?.isInterrupted()) return Promise.reject(interruption());
      const id = coroutine.nextId();
      const call = (own: AbortSignal) => run({ id, signal: AbortSignal.any([own, signal]) });
      return step(name, call, { atMostOnce }, { atMostOnce });
    },
    now: () => coroutine.now,
    random: () => chance.random(),
    uuid: () => chance.uuid(),
    version(name, version) {
      const known = versions.get(name);
      if (known !== undefined) return known;
      const foreseen = coroutine.ledger.foresees(`version ${name}`);
      const chosen = foreseen === false ? 0 : coroutine.ledger.mark(`version ${name}`, version);
      versions.set(name, chosen);
      return chosen;
    },
    continueAs(input) {
      return coroutine.continueAs(jsonOf(input, "input"));
    },
  };
  return calls;
}

function idOf(member: unknown, index: number): string {
  if (typeof member === "string" && member !== "") return member;
  if (member instanceof CoroutineFuture) return member.id;
  throw new TypeError(
    `members[${index}] is no future of ctx and no id; steps and promises of JavaScript are awaited` +
      " with Promise.all.",
  );
}

function jsonOf(value: unknown, name: string): string {
  const text = value === undefined ? "null" : JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${name}: a ${typeof value} has no JSON.`);
  return text;
}

function checkPriority(priority: number | undefined): void {
  if (priority === undefined) return;
  if (Number.isInteger(priority) && Math.abs(priority) <= MAX_PRIORITY) return;
  throw new TypeError(`priority is ${priority}; use an integer up to ${MAX_PRIORITY} either way.`);
}

function checkSeconds(
  name: string,
  seconds: number | undefined,
  { orNone = false }: { orNone?: boolean } = {},
): void {
  if (seconds === undefined && orNone) return;
  if (typeof seconds === "number" && seconds >= 0 && seconds <= MAX_SECONDS) return;
  throw new TypeError(`${name} is ${seconds}; use 0 to ${MAX_SECONDS} seconds.`);
}

/** As far as it can be told at once: what a schema must look up is checked when the task runs. */
function checkInput({ name, input: schema }: Task, input: unknown): void {
  let parsed: ReturnType<NonNullable<typeof schema>["safeParse"]> | undefined;
  try {
    parsed = schema?.safeParse(input);
  } catch {
    return;
  }
  const issue = parsed?.error?.issues[0];
  if (!issue) return;
  const path = ["input", ...issue.path].join(".");
  throw new TypeError(`The input does not fit the task "${name}": ${path}: ${issue.message}`);
}
