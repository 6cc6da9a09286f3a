/**
 * Callers: each call is served by an API process of its own, which may die; the caller tries again
 * with the same id, as the SDK does, or gives up.
 */
import { ForerunError } from "../../core/errors.ts";
import type { Ports } from "../../core/ports.ts";
import type { MakePorts } from "./lambda.ts";
import { type Environment, SimulatedProcess } from "./process.ts";

/** The API function's time (milliseconds). */
const API_TIMEOUT_MS = 29_000;
const MAX_TRIES = 5;

export type CallAnswer<T> =
  | { how: "answered"; value: T }
  /** 4xx: refused for good. */
  | { how: "refused"; error: ForerunError }
  /** Nobody knows what became of it. */
  | { how: "gave up" };

export async function call<T>(
  env: Environment,
  makePorts: MakePorts,
  serve: (ports: Ports) => Promise<T>,
): Promise<CallAnswer<T>> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const answer = await once(env, makePorts, serve);
    if (answer.how !== "gave up") return answer;
    if (env.random.chance(0.3)) break;
    await env.world.sleep(env.random.whole(100, 5000));
  }
  return { how: "gave up" };
}

async function once<T>(
  env: Environment,
  makePorts: MakePorts,
  serve: (ports: Ports) => Promise<T>,
): Promise<CallAnswer<T>> {
  const process = new SimulatedProcess(env);
  const timedOut = env.world.sleep(API_TIMEOUT_MS).then(() => process.die());
  const served = serve(makePorts(process)).then(
    (value): CallAnswer<T> => ({ how: "answered", value }),
    (error: unknown): CallAnswer<T> =>
      error instanceof ForerunError ? { how: "refused", error } : { how: "gave up" },
  );
  const lost = Promise.race([process.died, timedOut]).then(
    (): CallAnswer<T> => ({ how: "gave up" }),
  );
  const answer = await Promise.race([served, lost]);
  process.die();
  return answer;
}
