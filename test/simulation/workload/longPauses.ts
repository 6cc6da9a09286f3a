/**
 * A band that is paused for so long that its queue forgets the messages of what waits in it: the
 * sweeper has sent them again before (core/usecases/renew.ts).
 */
import { pause, resume } from "../../../core/usecases/pause.ts";
import type { Workload } from "./workload.ts";

const DAY_MS = 86_400_000;
/** Clocks of processes differ by a second. */
const CLOCKS_MS = 1000;

/** Pauses a band as if that had been a day ago, loses its old messages once it may, and resumes it. */
export async function pauseForLong(workload: Workload): Promise<void> {
  const { random, world, history } = workload.env;
  const { config, queues, table } = workload.behind;
  const { name } = random.pick(config.bands);
  const band = config.bands.findIndex((each) => each.name === name);
  const dayAgo = world.now - DAY_MS - 60_000;
  const paused = await workload.call("pause", (ports) =>
    pause({ ...ports, clock: { ...ports.clock, now: () => dayAgo } }, name),
  );
  const pausedAt = world.now;
  if (paused.how === "gave up") await world.sleep(120_000);
  for (let looks = 0; looks < 5; looks += 1) {
    await world.sleep(random.whole(20_000, 60_000));
    const { paused: now, renewal } = table.pauses();
    const isPaused = now.filter((each) => each.band === name && each.since === dayAgo).length;
    const isRenewed =
      renewal && renewal.cursor === undefined && renewal.begunAt > pausedAt + CLOCKS_MS;
    if (isPaused < config.pools.length || !isRenewed) continue;
    history.note(name, "the queues of the band forget what was sent before the renewal");
    const before = renewal.begunAt - CLOCKS_MS;
    for (const pool of config.pools) queues.forget({ band, pool: pool.name }, before);
    break;
  }
  for (;;) {
    const answer = await workload.call("resume", (ports) => resume(ports, name));
    if (answer.how !== "gave up") return;
    await world.sleep(random.whole(0, 60_000));
  }
}
