/**
 * The task that its input tells how to behave.
 */
import { defineTask, NonRetryableError, type Task } from "../../../worker/index.ts";
import { type Behaviour, MAX_ATTEMPTS } from "../../support/behaviour.ts";
import { never } from "../process.ts";
import { type Surroundings, TIMEOUT_SECONDS } from "./surroundings.ts";

export function work({ ports, onStart }: Surroundings): Task {
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

export function resultOf(id: string, { end, characters = 2000 }: Behaviour): unknown {
  return { of: id, ...(end === "large value" ? { text: "x".repeat(characters) } : {}) };
}
