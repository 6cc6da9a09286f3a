/**
 * Coroutines in virtual time: a deployment whose tasks are `child` and what a test writes.
 */
import type { FutureRecord } from "../../core/future.ts";
import type { Ports } from "../../core/ports.ts";
import {
  type AnyTask,
  type Context,
  createWorker,
  defineTask,
  type TaskOptions,
} from "../../worker/index.ts";
import { Sandbox, type SandboxOptions } from "../simulation/sandbox.ts";

export type Body = (ctx: Context, input: never) => unknown;

/** Runs for a second, and fails with the error that its input names. */
export const child = (ports: Ports) =>
  defineTask<{ value?: unknown; error?: string }, unknown>(
    "child",
    { retry: { maxAttempts: 1 } },
    async ({ value, error }) => {
      await ports.clock.sleep(1000);
      if (error !== undefined) throw Object.assign(new Error("as told"), { name: error });
      return value ?? null;
    },
  );

/** @param bodies handlers by the names of their tasks */
export function box(
  bodies: Record<string, Body>,
  { options, ...sandbox }: SandboxOptions & { options?: TaskOptions<unknown> } = {},
): Sandbox {
  return new Sandbox((ports) => {
    const tasks = Object.entries(bodies).map(([name, body]) =>
      defineTask<unknown, unknown>(name, options ?? {}, (input, ctx) => body(ctx, input as never)),
    );
    return createWorker([child(ports), ...tasks] as AnyTask[]);
  }, sandbox);
}

/** Submits the task `main` under that id, and lets time go on until it has settled. */
export async function run(it: Sandbox, input: unknown = null): Promise<FutureRecord> {
  const id = await it.submit("main", input, "main");
  return (await it.settled([id]))[0] as FutureRecord;
}

export const resultOf = (record: FutureRecord) => JSON.parse(record.result ?? "null") as unknown;
