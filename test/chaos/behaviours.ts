/**
 * Tasks as the load draws them: mostly short, some long enough for several heartbeats, some that
 * fail, hang, decline a cancellation, or return much.
 */
import type { SubmitOptions } from "../../client/index.ts";
import type { Random } from "../simulation/random.ts";
import type { Behaviour } from "../support/behaviour.ts";

export function drawBehaviour(random: Random): Behaviour {
  const dice = random.next();
  return {
    milliseconds: random.chance(0.03) ? random.whole(500, 3000) : random.whole(0, 60),
    failures: random.chance(0.9) ? 0 : random.whole(1, 4),
    end: dice < 0.9 ? "value" : dice < 0.95 ? "large value" : dice < 0.995 ? "reject" : "hang",
    declines: random.chance(0.2),
  };
}

/** Priorities in all bands; sometimes a delay, sometimes a tenant. */
export function drawOptions(random: Random): SubmitOptions {
  return {
    priority: random.whole(0, 10),
    ...(random.chance(0.05) ? { delaySeconds: random.whole(1, 10) } : {}),
    ...(random.chance(0.2) ? { tenant: random.pick(["a", "b"]) } : {}),
  };
}
