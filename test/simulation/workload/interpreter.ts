/**
 * Runs a program as the coroutine that it stands for, and tells a witness what it sees.
 */
import type { Clock } from "../../../core/ports.ts";
import { interruption } from "../../../worker/coroutine/interrupt.ts";
import {
  CancelledError,
  type Context,
  type CoroutineFuture,
  defineTask,
  type SubmitOptions,
  type Task,
  type TaskGroup,
} from "../../../worker/index.ts";
import type { Known } from "./known.ts";
import type { Child, Program, Statement } from "./programs.ts";
import { type Surroundings, TIMEOUT_SECONDS } from "./surroundings.ts";
import type { Witness } from "./witness.ts";
import { resultOf } from "./work.ts";

/** What a program results in. */
export function resultOfProgram(id: string, lines: readonly string[]): unknown {
  return { of: id, lines };
}

export function programs(around: Surroundings): Task[] {
  return [define(around, "program", true), define(around, "reluctant", false)];
}

/** @param inherit whether it lends its priority */
function define({ ports, onStart, witness }: Surroundings, name: string, inherit: boolean): Task {
  const options = { timeoutSeconds: TIMEOUT_SECONDS, inherit };
  return defineTask<unknown, unknown>(name, options, async (input, ctx) => {
    onStart(ctx.id, ctx.attempt);
    const run = new Run(ctx, ports.clock, input as Program, witness(ctx.id));
    return run.run();
  });
}

/** Statements that give something; the others end the run. */
type Doing = Exclude<Statement, { do: "throw" } | { do: "continue" }>;

class Run {
  readonly #ctx: Context;
  readonly #clock: Clock;
  readonly #program: Program;
  readonly #witness: Witness;
  readonly #lines: string[] = [];

  constructor(ctx: Context, clock: Clock, program: Program, witness: Witness) {
    this.#ctx = ctx;
    this.#clock = clock;
    this.#program = program;
    this.#witness = witness;
  }

  async run(): Promise<unknown> {
    const { body, finally: last, part } = this.#program;
    try {
      await this.#sequence(`${part}`, body);
    } finally {
      await this.#sequence("finally", last);
    }
    return resultOfProgram(this.#ctx.id, this.#lines);
  }

  /**
   * An error of a statement is seen and forgotten, except where it ends the program.
   * @param mayCancel whether what is awaited may be cancelled by a group
   */
  async #sequence(
    path: string,
    statements: readonly Statement[],
    mayCancel = false,
  ): Promise<void> {
    for (const [index, statement] of statements.entries()) {
      const at = `${path}.${index} ${statement.do}`;
      if (statement.do === "throw") throw named("PlannedError");
      if (statement.do === "continue") {
        return this.#ctx.continueAs(rest(this.#program, index + 1));
      }
      try {
        this.#saw(`${at}: ${await this.#execute(statement, at, mayCancel)}`);
      } catch (error) {
        this.#saw(`${at} throws ${nameOf(error)}`);
        if (error instanceof CancelledError && !this.#program.declines) throw error;
      }
    }
  }

  async #execute(statement: Doing, at: string, mayCancel: boolean): Promise<unknown> {
    const ctx = this.#ctx;
    switch (statement.do) {
      case "await":
        return this.#given(this.#submit(statement.child, { mayCancel }), statement.child);
      case "leave":
        this.#submit(statement.child);
        return "left";
      case "cancel": {
        const future = this.#submit(statement.child, { mayCancel: true });
        if (statement.afterSeconds !== undefined) await ctx.sleep(statement.afterSeconds);
        this.#saw(`${at}: ${await future.cancel()}`);
        return this.#given(future, statement.child);
      }
      case "gather":
        return this.#gather(statement.children, statement.returnExceptions);
      case "wait": {
        const members = statement.children.map((each) => this.#submit(each));
        const { returnWhen } = statement;
        const future = this.#aggregate("wait", ctx.wait(members, { returnWhen }), members);
        const { done, pending } = await this.#given(future);
        return `${idsOf(done)} | ${idsOf(pending)}`;
      }
      case "any": {
        const members = statement.children.map((each) => this.#submit(each));
        return this.#given(this.#aggregate("any", ctx.any(members), members));
      }
      case "completed": {
        const members = statement.children.map((each) => this.#submit(each));
        for await (const { id, future } of ctx.asCompleted(members)) {
          this.#saw(`${at}: ${id}`);
          await this.#given(future).catch(() => undefined);
        }
        return "all";
      }
      case "group":
        return this.#group(at, statement);
      case "waitFor": {
        const member = this.#submit(statement.child, { mayCancel: true });
        const limited = ctx.waitFor(member, { timeoutSeconds: statement.seconds });
        return this.#given(this.#aggregate("waitFor", limited, [member]));
      }
      case "shield": {
        const member = this.#submit(statement.child);
        return this.#given(this.#aggregate("shield", ctx.shield(member), [member]));
      }
      case "sleep":
        return ctx.sleep(statement.seconds, "slept");
      case "handOver":
        return this.#handOver(statement.afterSeconds, statement.timeoutSeconds);
      case "step":
        return this.#step(at, statement);
      case "nest":
        return JSON.stringify(await this.#nest(statement.child, statement.levels));
      case "ask":
        return `${ctx.now()} ${ctx.random()} ${ctx.uuid()} ${ctx.version("simulated", 1)}`;
      case "future":
        return this.#given(ctx.future(statement.id));
      case "together":
        return this.#together(at, statement.branches);
    }
  }

  async #gather(children: readonly Child[], returnExceptions: boolean): Promise<string> {
    const members = children.map((each) => this.#submit(each));
    const gathered = returnExceptions
      ? this.#ctx.gather(members, { returnExceptions })
      : this.#ctx.gather(members);
    const values = await this.#given(this.#aggregate("gather", gathered, members));
    for (const [index, value] of values.entries()) {
      const { id } = members[index] as CoroutineFuture;
      if (value instanceof Error) this.#witness.given(id, value.name);
      else this.#value(id, value, children[index]);
    }
    return values.map((each) => (each instanceof Error ? each.name : "value")).join(" ");
  }

  #nest(child: Child, levels: number): Promise<unknown> {
    let inner: CoroutineFuture = this.#submit(child);
    for (let level = 0; level < levels; level += 1) {
      const members = [inner];
      inner = this.#aggregate("gather", this.#ctx.gather(members), members);
    }
    return this.#given(inner);
  }

  async #group(at: string, { children, body }: Statement & { do: "group" }): Promise<string> {
    const members: CoroutineFuture[] = [];
    await this.#ctx.taskGroup(async (group) => {
      members.push(...children.map((each) => this.#submit(each, { by: group, mayCancel: true })));
      await this.#sequence(`${at}.body`, body, true);
    });
    return idsOf(members);
  }

  async #handOver(afterSeconds: number, timeoutSeconds: number): Promise<string> {
    const promise = this.#ctx.promise<string>({ timeoutSeconds });
    this.#witness.made({ id: promise.id, kind: "promise", mayCancel: true });
    const settled = this.#ctx
      .sleep(afterSeconds)
      .then(() => promise.settle("settled"))
      .then(
        () => "settled",
        // It has timed out before, or was cancelled.
        (error: unknown) => nameOf(error),
      );
    const given = this.#given(promise).then(String, nameOf);
    return (await Promise.all([given, settled])).join(" ");
  }

  async #step(at: string, { milliseconds, atMostOnce, fails }: Statement & { do: "step" }) {
    const run = async ({ id }: { id: string }) => {
      const token = this.#witness.stepRuns(id, atMostOnce);
      await this.#clock.sleep(milliseconds);
      if (fails) throw named("PlannedError");
      return token;
    };
    return this.#ctx.step(at, run, { atMostOnce });
  }

  async #together(at: string, branches: readonly (readonly Statement[])[]): Promise<string> {
    const all = branches.map((each, index) => this.#sequence(`${at}.${index}`, each));
    for (const each of await Promise.allSettled(all)) {
      if (each.status === "rejected") throw each.reason;
    }
    return "all";
  }

  #submit(child: Child, { by, mayCancel }: { by?: TaskGroup; mayCancel?: boolean } = {}) {
    const { task, input, ...options } = child;
    const future = (by ?? this.#ctx).submit(task, input, options satisfies SubmitOptions);
    this.#witness.made({
      id: future.id,
      kind: "task",
      ...(task === "work" ? { behaviour: input } : { program: input }),
      ...(options.priority === undefined ? {} : { priority: options.priority }),
      ...(mayCancel ? { mayCancel } : {}),
    });
    return future;
  }

  #aggregate<T>(
    kind: Known["kind"],
    future: CoroutineFuture<T>,
    members: readonly CoroutineFuture[],
  ): CoroutineFuture<T> {
    this.#witness.made({ id: future.id, kind, members: members.map((each) => each.id) });
    return future;
  }

  /** Awaits it, and tells what was given. @returns the result; of a child that it has one */
  async #given<T>(future: CoroutineFuture<T>, child?: Child): Promise<T> {
    try {
      const value = await future;
      this.#value(future.id, value, child);
      return value;
    } catch (error) {
      // An interruption of the code that awaits it says nothing of it.
      if (!isInterruption(error)) this.#witness.given(future.id, nameOf(error));
      throw error;
    }
  }

  #value(id: string, value: unknown, child?: Child): void {
    this.#witness.given(id, "value");
    if (child?.task !== "work") return;
    const wanted = JSON.stringify(resultOf(id, child.input));
    if (JSON.stringify(value) !== wanted) {
      this.#witness.flaw(id, `a program was given ${JSON.stringify(value)}`);
    }
  }

  #saw(line: string): void {
    this.#lines.push(line);
    this.#witness.saw(line);
  }
}

function rest(program: Program, from: number): Program {
  return { ...program, body: program.body.slice(from), part: program.part + 1 };
}

function idsOf(futures: readonly CoroutineFuture[]): string {
  return futures.map((each) => each.id).join(" ");
}

function named(name: string): Error {
  return Object.assign(new Error("as planned"), { name });
}

function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.message === interruption().message;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
