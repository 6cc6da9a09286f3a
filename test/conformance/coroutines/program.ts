/**
 * Programs of coroutines, and their interpreter: each statement as a TypeScript programmer would
 * write it with `ctx`.
 */
import * as z from "zod";
import type { Context, CoroutineFuture } from "../../../worker/index.ts";
import type { Statement, Submitted } from "./statement.ts";

/** What the interpreted program asks of its surroundings. */
export interface Surroundings {
  /** Seconds from now of so many ticks: the same in every replay. */
  seconds(ticks: number): number;
  submit(spec: Submitted): CoroutineFuture;
  spawn(as: string, body: Statement[]): CoroutineFuture;
  /** A side effect. */
  effect(text: string): void;
  /** Called before each statement and at the end; again in replays. */
  reached?(): void;
}

export const bodySchema = z.custom<Statement[]>(Array.isArray, "use a list of statements");

/** Python's own KeyError, of the dictionary of names: no program catches it. */
class UnknownName extends Error {
  override name = "KeyError";
}

interface Return {
  value: unknown;
}

export async function interpret(
  body: readonly Statement[],
  ctx: Context,
  around: Surroundings,
): Promise<unknown> {
  const run = new Run(ctx, around);
  try {
    return (await run.all(body))?.value ?? null;
  } finally {
    around.reached?.();
  }
}

class Run {
  readonly #ctx: Context;
  readonly #around: Surroundings;
  readonly #futures = new Map<string, CoroutineFuture>();
  readonly #variables = new Map<string, unknown>();

  constructor(ctx: Context, around: Surroundings) {
    this.#ctx = ctx;
    this.#around = around;
  }

  async all(body: readonly Statement[]): Promise<Return | undefined> {
    for (const each of body) {
      const returned = await this.#one(each);
      if (returned) return returned;
    }
    return undefined;
  }

  async #one(statement: Statement): Promise<Return | undefined> {
    const ctx = this.#ctx;
    const { seconds } = this.#around;
    this.#around.reached?.();
    if ("submit" in statement) {
      this.#name(statement.submit.as, this.#around.submit(statement.submit));
    } else if ("spawn" in statement) {
      const { as, body } = statement.spawn;
      this.#name(as, this.#around.spawn(as, body));
    } else if ("await" in statement) {
      this.#let(statement, await this.#future(statement.await));
    } else if ("gather" in statement) {
      const members = statement.gather.map((name) => this.#future(name));
      const list = statement.returnExceptions
        ? await ctx.gather(members, { returnExceptions: true })
        : await ctx.gather(members);
      this.#let(statement, list.map(errorByName));
    } else if ("wait" in statement) {
      const { timeout, returnWhen } = statement;
      const members = statement.wait.map((name) => this.#future(name));
      const limit = typeof timeout === "number" ? { timeoutSeconds: seconds(timeout) } : {};
      const { done, pending } = await ctx.wait(members, { returnWhen, ...limit });
      const names = (list: CoroutineFuture[]) => list.map((each) => this.#nameOf(each)).sort();
      this.#let(statement, { done: names(done), pending: names(pending) });
    } else if ("waitFor" in statement) {
      const timeoutSeconds = seconds(statement.timeout);
      this.#let(statement, await ctx.waitFor(this.#future(statement.waitFor), { timeoutSeconds }));
    } else if ("shield" in statement) {
      this.#let(statement, await ctx.shield(this.#future(statement.shield)));
    } else if ("sleep" in statement) {
      await ctx.sleep(seconds(statement.sleep));
    } else if ("cancel" in statement) {
      this.#let(statement, await this.#future(statement.cancel).cancel());
    } else if ("effect" in statement) {
      await ctx.step("effect", () => this.#around.effect(statement.effect));
    } else if ("try" in statement) {
      return this.#try(statement);
    } else if ("repeat" in statement) {
      for (let count = 0; count < statement.repeat; count += 1) {
        const returned = await this.all(statement.body);
        if (returned) return returned;
      }
    } else if ("if" in statement) {
      const value = this.#variables.get(statement.if) ?? null;
      const holds = JSON.stringify(value) === JSON.stringify(statement.equals);
      return this.all(holds ? statement.then : (statement.else ?? []));
    } else if ("raise" in statement) {
      throw Object.assign(new Error(statement.raise), { name: statement.raise });
    } else if ("return" in statement) {
      const given = statement.return;
      if (given === null || typeof given !== "object") return { value: given };
      return { value: this.#variables.get(given.var) ?? null };
    } else {
      throw new TypeError(`unknown statement ${JSON.stringify(statement)}`);
    }
    return undefined;
  }

  async #try({
    try: body,
    except = {},
    finally: last,
  }: Extract<Statement, { try: unknown }>): Promise<Return | undefined> {
    let returned: Return | undefined;
    try {
      try {
        returned = await this.all(body);
      } catch (error) {
        if (error instanceof UnknownName) throw error;
        const { name } = error as Error;
        const handler = except[name] ?? (name === "CancelledError" ? undefined : except["*"]);
        if (!handler) throw error;
        returned = await this.all(handler);
      }
    } finally {
      const instead = last && (await this.all(last));
      // biome-ignore lint/correctness/noUnsafeFinally: a return in Python's finally swallows the error
      if (instead) return instead;
    }
    return returned;
  }

  #name(name: string, future: CoroutineFuture): void {
    this.#futures.set(name, future);
  }

  #future(name: string): CoroutineFuture {
    const future = this.#futures.get(name);
    if (future) return future;
    throw new UnknownName(name);
  }

  #nameOf(future: CoroutineFuture): string {
    const found = [...this.#futures].find(([, each]) => each.id === future.id);
    return found?.[0] ?? future.id;
  }

  #let(statement: { let?: string }, value: unknown): void {
    if (statement.let !== undefined) this.#variables.set(statement.let, value);
  }
}

/** An error that stands in a list, by its name. */
function errorByName(value: unknown): unknown {
  if (value instanceof Error) return { error: value.name };
  return Array.isArray(value) ? value.map(errorByName) : value;
}
