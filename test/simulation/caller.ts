/**
 * Callers: each call is served by an API process of its own, which may die; the caller tries again
 * with the same id, as the SDK does, or gives up.
 */
import { ForerunError } from "../../core/errors.ts";
import type { Ports } from "../../core/ports.ts";
import type { Environment } from "./environment.ts";
import type { MakePorts } from "./lambda.ts";
import { SimulatedProcess } from "./process.ts";
import { QUIET } from "./world.ts";

/** The API function's time (milliseconds). */
const API_TIMEOUT_MS = 29_000;
const MAX_TRIES = 5;

export type CallAnswer<T> =
  | { how: "answered"; value: T }
  /** 4xx: refused for good. */
  | { how: "refused"; error: ForerunError }
  /** Nobody knows what became of it. */
  | { how: "gave up" };

/**
 * @param name of the API call, such as `submit`
 * @param looks whether it is one that must change nothing
 */
export async function call<T>(
  env: Environment,
  makePorts: MakePorts,
  name: string,
  serve: (ports: Ports) => Promise<T>,
  looks = false,
): Promise<CallAnswer<T>> {
  for (let tries = 1; ; tries += 1) {
    const answer = await once(env, makePorts, name, serve, looks);
    if (answer.how !== "gave up") return answer;
    if (tries === MAX_TRIES || env.faults.strikes("caller gives up")) return answer;
    env.faults.count("caller repeats");
    await env.world.sleep(env.random.whole(100, 5000));
  }
}

async function once<T>(
  env: Environment,
  makePorts: MakePorts,
  name: string,
  serve: (ports: Ports) => Promise<T>,
  looks: boolean,
): Promise<CallAnswer<T>> {
  const process = new SimulatedProcess(env, `api ${name}`);
  process.looks = looks;
  env.world.after(API_TIMEOUT_MS, () => (process.alive ? process.die() : QUIET));
  const served = serve(makePorts(process)).then(
    (value): CallAnswer<T> => ({ how: "answered", value }),
    (error: unknown): CallAnswer<T> => {
      if (error instanceof ForerunError) return { how: "refused", error };
      if (error instanceof TypeError) throw error;
      return { how: "gave up" };
    },
  );
  const lost = process.died.then((): CallAnswer<T> => ({ how: "gave up" }));
  const answer = await Promise.race([served, lost]);
  process.die();
  return answer;
}
