/**
 * Promises that somebody settles, by the call or by a one-time token, and timers.
 */
import { tokenHash } from "../../../core/approval.ts";
import { approve } from "../../../core/usecases/approve.ts";
import { createPromise, createTimer } from "../../../core/usecases/createTimed.ts";
import { settle } from "../../../core/usecases/settle.ts";
import type { Workload } from "./workload.ts";

/** What promises and timers give, as JSON. */
export const SETTLED = '"settled"';
export const RANG = '"rang"';

/** Characters of a one-time token. */
const TOKEN_LENGTH = 43;

export async function promise(workload: Workload): Promise<void> {
  const { random, world } = workload.env;
  const id = workload.known.newId("promise");
  const known = workload.known.learn({ id, kind: "promise", awaitable: true, priorities: [] });
  const token = random.chance(0.3) ? id.padEnd(TOKEN_LENGTH, "x") : undefined;
  const request = {
    id,
    ...(random.chance(0.3) ? { timeoutSeconds: random.whole(1, 60) } : {}),
    ...(token === undefined ? {} : { tokenHash: tokenHash(token) }),
  };
  const made = await workload.make(known, "createPromise", (ports) =>
    createPromise(ports, request),
  );
  if (!made) return;
  await world.sleep(random.whole(0, 30_000));
  const given = random.chance(0.8)
    ? { result: SETTLED }
    : { error: { name: "RejectedError", message: "rejected" } };
  // Whoever owns a promise does not give up on it; but once it is settled that is done with.
  while (!known.settled) {
    const answer =
      token === undefined
        ? await workload.call("settle", (ports) => settle(ports, id, given))
        : await workload.call("approve", (ports) => approve(ports, id, token, given));
    if (answer.how !== "gave up") return;
    await world.sleep(10_000);
  }
}

/** One that lies too far ahead for a queue's delay. */
export function farTimer(workload: Workload): Promise<void> {
  return timer(workload, 1);
}

/** @param far how often it lies too far ahead for a queue's delay */
export async function timer(workload: Workload, far = 0.05): Promise<void> {
  const { random } = workload.env;
  const id = workload.known.newId("timer");
  const known = workload.known.learn({ id, kind: "timer", awaitable: true, priorities: [] });
  const delaySeconds = random.chance(far) ? random.whole(901, 1500) : random.whole(0, 90);
  const result = random.chance(0.1) ? JSON.stringify("x".repeat(1000)) : RANG;
  const request = { id, delaySeconds, result };
  await workload.make(known, "createTimer", (ports) => createTimer(ports, request));
}
