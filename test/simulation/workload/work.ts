/**
 * The tasks that the simulated worker knows. What a task does, and what may become of it, stand
 * together; a further one needs a line in `TASKS` and an operation that submits it.
 */
import type { Ports } from "../../../core/ports.ts";
import {
  createWorker,
  defineTask,
  NonRetryableError,
  type Task,
  type Worker,
} from "../../../worker/index.ts";
import { type Behaviour, MAX_ATTEMPTS } from "../../support/behaviour.ts";
import { never } from "../process.ts";

/** What a handler of the simulation is given besides what every handler is. */
export interface Surroundings {
  ports: Ports;
  /** Is told of every run of a handler, before it does anything. */
  onStart: (id: string, attempt: number) => void;
}

/** Seconds of an attempt; longer than any task that does not hang, late answers included. */
export const TIMEOUT_SECONDS = 20;

const TASKS: readonly ((around: Surroundings) => Task)[] = [work];

export function makeWorker(around: Surroundings): Worker {
  return createWorker(TASKS.map((make) => make(around)));
}

function work({ ports, onStart }: Surroundings): Task {
  return defineTask(
    "work",
    {
      timeoutSeconds: TIMEOUT_SECONDS,
      retry: { maxAttempts: MAX_ATTEMPTS, baseSeconds: 2, maxSeconds: 10 },
    },
    async (input, ctx) => {
      const behaviour = input as Behaviour;
      onStart(ctx.id, ctx.attempt);
      const told = new Promise<void>((resolve) => {
        ctx.signal.addEventListener("abort", () => resolve());
      });
      if (behaviour.end === "hang") await (behaviour.declines ? never() : told);
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
}

export function resultOf(id: string, behaviour: Behaviour): unknown {
  return { of: id, ...(behaviour.end === "large value" ? { text: "x".repeat(2000) } : {}) };
}
