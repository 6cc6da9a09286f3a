/**
 * The task that the simulated workload runs: its input says how it behaves.
 */
import { z } from "zod";
import type { Ports } from "../../core/ports.ts";
import { createWorker, defineTask, NonRetryableError, type Worker } from "../../worker/index.ts";
import type { SimulatedProcess } from "./process.ts";

export interface Behaviour {
  /** How long it runs. */
  milliseconds: number;
  /** So many attempts fail with a PlannedError before it ends as `end` says. */
  failures: number;
  end: "value" | "large value" | "reject" | "hang";
  /** It declines a cancellation and goes on. */
  declines: boolean;
}

export const MAX_ATTEMPTS = 3;
/** Seconds of an attempt; longer than any task that does not hang, late answers included. */
export const TIMEOUT_SECONDS = 20;

const NEVER = new Promise<never>(() => {});

/** @param onStart is told of every run of the handler, before it does anything */
export function makeWorker(
  ports: Ports,
  process: SimulatedProcess,
  onStart: (id: string, attempt: number, process: SimulatedProcess) => void,
): Worker {
  const work = defineTask(
    "work",
    {
      input: z.custom<Behaviour>(),
      timeoutSeconds: TIMEOUT_SECONDS,
      retry: { maxAttempts: MAX_ATTEMPTS, baseSeconds: 2, maxSeconds: 10 },
    },
    async (behaviour, ctx) => {
      onStart(ctx.id, ctx.attempt, process);
      const told = new Promise<void>((resolve) => {
        ctx.signal.addEventListener("abort", () => resolve());
      });
      if (behaviour.end === "hang") await (behaviour.declines ? NEVER : told);
      const done = ports.clock.sleep(behaviour.milliseconds);
      await (behaviour.declines ? done : Promise.race([done, told]));
      if (ctx.signal.aborted && !behaviour.declines) throw ctx.signal.reason;
      if (ctx.attempt <= behaviour.failures) {
        throw Object.assign(new Error(`in attempt ${ctx.attempt}`), { name: "PlannedError" });
      }
      if (behaviour.end === "reject") throw new NonRetryableError("rejected");
      return resultOf(ctx.id, behaviour);
    },
  );
  return createWorker([work]);
}

export function resultOf(id: string, behaviour: Behaviour): unknown {
  return { of: id, ...(behaviour.end === "large value" ? { text: "x".repeat(2000) } : {}) };
}
