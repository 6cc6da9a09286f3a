/**
 * Plays a program of coroutines in virtual time: the rules and the functions' code on simulated
 * ports. With crashes, the process of a coroutine dies in the very moment in which it was suspended,
 * before it has registered with what it awaits, every time.
 */
import * as z from "zod";
import type { Ports } from "../../../core/ports.ts";
import { cancel } from "../../../core/usecases/cancel.ts";
import { createAggregate } from "../../../core/usecases/createAggregate.ts";
import { submit } from "../../../core/usecases/submit.ts";
import { view } from "../../../core/view/future.ts";
import {
  type CoroutineFuture,
  createWorker,
  defineTask,
  type Worker,
} from "../../../worker/index.ts";
import { Sandbox } from "../../simulation/sandbox.ts";
import { compare, type Difference } from "../compare.ts";
import { outcomeOf } from "../outcome.ts";
import type { OpOutcomes, Outcome } from "../scenario.ts";
import { bodySchema, interpret } from "./program.ts";
import { type CoroutineScenario, type Effects, lastOf } from "./scenario.ts";
import type { Submitted } from "./statement.ts";

/** Seconds of a tick: what is late by latencies alone stays far below a part of it. */
const TICK_SECONDS = 20;
/** With crashes: what is late by a lease stays below it too. */
const CRASH_TICK_SECONDS = 60;

/** More than any program runs at once. */
const SLOTS = 20;
/** Ticks after the last that is expected, in which nothing more may happen. */
const AFTERMATH_TICKS = 5;

/** Seconds of an attempt. */
const LIMIT_SECONDS = 825;

export interface PlayedVirtually {
  futures: Record<string, Outcome>;
  ops: OpOutcomes;
  effects: Effects;
  /** Processes that died. */
  crashes: number;
}

/** With and without crashes. @returns what differs from asyncio */
export async function judgeVirtually(scenario: CoroutineScenario): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const crash of [false, true]) {
    const how = crash ? "in virtual time, with crashes" : "in virtual time";
    const found = compare(scenario, await playVirtually(scenario, { crash }));
    differences.push(...found.map((each) => ({ ...each, what: `${each.what} (${how})` })));
  }
  return differences;
}

export async function playVirtually(
  scenario: CoroutineScenario,
  { crash = false }: { crash?: boolean } = {},
): Promise<PlayedVirtually> {
  const { ops, until, expect } = scenario;
  const tick = crash ? CRASH_TICK_SECONDS : TICK_SECONDS;
  const ids = new Map<string, string>();
  const effects: Record<string, string[]> = {};
  let crashes = 0;
  const box = new Sandbox((ports) => makeWorker(ports, { tick, ids, effects }), {
    slots: SLOTS,
    config: { leaseSeconds: crash ? 3 : 60, cancelSeconds: tick / 20 },
    ...(crash ? { permitSeconds: 9, sweepSeconds: 2 } : {}),
    crashAfter(after, before) {
      const dies = crash && after.state === "suspended" && before?.state === "running";
      if (dies) crashes += 1;
      return dies;
    },
  });
  const begun = box.world.now;
  const played: OpOutcomes = {};
  const calls: Promise<unknown>[] = [];
  for (const [index, op] of ops.entries()) {
    await box.world.run(begun + op.at * tick * 1000);
    if (op.op === "coroutine") {
      ids.set(op.as, op.as);
      const input = JSON.stringify({ as: op.as, body: op.body });
      const request = { id: op.as, task: "coroutine", input, priority: 1 };
      await box.during(submit(box.ports, request));
    } else if (op.op === "gather") {
      ids.set(op.as, op.as);
      const { returnExceptions = false } = op;
      const policy = { of: "gather" as const, returnExceptions };
      await box.during(createAggregate(box.ports, { id: op.as, of: op.of, policy }));
    } else {
      const call = box.during(cancel(box.ports, op.target));
      calls.push(call);
      played[index] = { returned: await call };
    }
  }
  await box.world.run(begun + Math.min(until, lastOf(scenario) + AFTERMATH_TICKS) * tick * 1000);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const clock = { begun, tick: tick * 1000, names: (id: string) => names.get(id) ?? id };
  const futures: Record<string, Outcome> = {};
  for (const name of Object.keys(expect.futures)) {
    const record = await box.store.read(ids.get(name) ?? "");
    // Directly: outside of the simulated processes no time passes.
    const { store, objects } = box;
    const { config, clock: time } = box.ports;
    const reading = { store, objects, config, clock: time };
    const seen = record && outcomeOf(await view(reading, record), clock);
    futures[name] = seen ?? { state: "pending" };
  }
  return { futures, ops: played, effects, crashes };
}

const submitted = z.custom<Submitted>();

function makeWorker(
  ports: Ports,
  {
    tick,
    ids,
    effects,
  }: { tick: number; ids: Map<string, string>; effects: Record<string, string[]> },
): Worker {
  const body = defineTask(
    "body",
    { input: submitted, retry: { maxAttempts: 1 }, timeoutSeconds: LIMIT_SECONDS },
    async ({ ticks, result = null, error, onCancel = "stop" }, { signal }) => {
      const stop = new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
      });
      const done = ports.clock.sleep(ticks * tick * 1000);
      await (onCancel === "ignore" ? done : Promise.race([done, stop]));
      if (signal.aborted && onCancel === "return") return "cancelled-but-returned";
      if (signal.aborted && onCancel === "stop") throw signal.reason;
      if (error !== undefined) throw Object.assign(new Error(error), { name: error });
      return result;
    },
  );
  const coroutine = defineTask(
    "coroutine",
    {
      input: z.object({ as: z.string(), body: bodySchema }),
      timeoutSeconds: LIMIT_SECONDS,
    },
    ({ as, body: program }, ctx) => {
      effects[as] ??= [];
      const named = (name: string, future: CoroutineFuture) => {
        ids.set(name, future.id);
        return future;
      };
      return interpret(program, ctx, {
        seconds: (ticks) => ticks * tick,
        submit: (spec) => named(spec.as, ctx.submit(body, spec)),
        spawn: (name, its) => named(name, ctx.submit("coroutine", { as: name, body: its })),
        effect(text) {
          effects[as]?.push(text);
        },
      });
    },
  );
  return createWorker([body, coroutine]);
}
