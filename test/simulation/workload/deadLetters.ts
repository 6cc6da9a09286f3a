/**
 * What operators do about dead letters: they list them, redrive them, and delete by hand what is
 * none of ours.
 */
import type { QueueName } from "../../../core/ports.ts";
import { queueLabel } from "../../../core/queueNames.ts";
import type { DeadList } from "../../../core/usecases/deadLetters.ts";
import type { Workload } from "./workload.ts";

/** Longer than a letter is hidden that somebody else looks at. */
const AGAIN_MS = 65_000;
/** By then the faults are over, and nothing keeps anybody from listing them. */
const MAX_LOOKS = 60;

/** Somebody else writes to one of our queues: the letter stays, is shown, and is deleted by hand. */
export async function foreignLetter(workload: Workload): Promise<void> {
  const { random, world, history } = workload.env;
  const { config, queues } = workload.behind;
  const all: QueueName[] = [
    "settle",
    ...config.pools.flatMap(({ name: pool }) =>
      [...config.bands.keys()].map((band) => ({ band, pool })),
    ),
  ];
  const queue = random.pick(all);
  const text = `not ours: ${random.next()}`;
  const handle = queues.bury(queue, text);
  await world.sleep(random.whole(0, 180_000));
  // Of the settle queue by a list of all.
  const { queue: band, pool } = queueLabel(config, queue);
  const filter = pool === undefined ? {} : { band, pool };
  let isListed = false;
  for (let looks = 0; !isListed && looks < MAX_LOOKS; looks += 1) {
    const list = await workload.operate({ deadLetters: filter }, true);
    const { letters = [] } = (list ?? {}) as Partial<DeadList>;
    isListed = letters.some((each) => each.text === text);
    if (!isListed) await world.sleep(AGAIN_MS);
  }
  if (!isListed) history.violation(0, "dead letters", "one of somebody else is never listed");
  if (random.chance(0.5)) await workload.operate({ redrive: {} });
  if (!queues.isDead(queue, handle)) {
    history.violation(0, "dead letters", "one that nobody can read was deleted");
  }
  queues.removeDead(queue, handle);
}

/** Lists dead letters and redrives them; what they are told to be must be so. */
export async function redriveSome(workload: Workload): Promise<void> {
  const { table } = workload.behind;
  const list = await workload.operate({ deadLetters: { limit: 100 } }, true);
  for (const { id, state } of ((list ?? {}) as Partial<DeadList>).letters ?? []) {
    // What has settled stays so, and what is there now may have been made meanwhile.
    const now = id === undefined ? undefined : table.peek(id)?.state;
    const ended = state === "succeeded" || state === "failed" || state === "cancelled";
    if (id === undefined || !ended || now === state) continue;
    workload.env.history.violation(0, id, `its letter is said to be of one that has ${state}`);
  }
  await workload.operate({ redrive: {} });
}
