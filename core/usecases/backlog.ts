/**
 * Submissions are held back from bands in which as much waits as the deployment allows. Without a
 * limit everything is accepted, waits for its turn, and nothing is asked.
 */
import { bandOf } from "../bands.ts";
import { BacklogError, InvalidRequestError } from "../errors.ts";
import type { Ports } from "../ports.ts";

type Counting = Pick<Ports, "config" | "queues" | "clock">;

/** What is to be accepted, as far as it matters here. */
interface Submitted {
  priority: number;
}

/** What waits in a band, by the last count and by what was accepted here since. */
interface Count {
  waiting: number;
  at: number;
}

/**
 * Milliseconds that a count is good for. It costs one SQS request for each pool, and never one for
 * each submission; in between each process of the API adds what it has accepted itself.
 */
const COUNT_MS = 5000;

/** Seconds after which a caller that was held back should come again: then is counted anew. */
export const RETRY_AFTER_SECONDS = 5;

/**
 * One in a process. SQS's counts lag and processes know nothing of each other, so that somewhat more
 * than the limit may come to wait; nothing that was accepted is ever dropped.
 */
export class Backlog {
  readonly #counts = new Map<number, Promise<Count>>();

  /**
   * Admits all of the tasks or none: call it before anything is stored.
   * @param at where the first of several tasks stands in the request, such as `tasks`
   * @throws BacklogError if a band's limit does not leave room for all of its tasks
   * @throws InvalidRequestError if they were too many for an empty band
   */
  async admit(ports: Counting, tasks: readonly Submitted[], at?: string): Promise<void> {
    const { bands, limits } = ports.config;
    if (Object.keys(limits.waiting).length === 0) return;
    const byBand = Map.groupBy(tasks.entries(), ([, { priority }]) => bandOf(priority, bands));
    const admitted: { count: Count; more: number }[] = [];
    for (const [band, some] of byBand) {
      const name = bands[band]?.name ?? "";
      const limit = Object.hasOwn(limits.waiting, name) ? limits.waiting[name] : undefined;
      if (limit === undefined) continue;
      const more = some.length;
      const field = at === undefined ? "priority" : `${at}[${some[0]?.[0] ?? 0}].priority`;
      if (more > limit) throw tooMany(at ?? "task", name, more, limit);
      const count = await this.#count(ports, band);
      if (count.waiting + more > limit) throw new BacklogError(field, name, limit, count.waiting);
      admitted.push({ count, more });
    }
    for (const { count, more } of admitted) count.waiting += more;
  }

  async #count(ports: Counting, band: number): Promise<Count> {
    const now = ports.clock.now();
    const known = await this.#counts.get(band);
    if (known && now - known.at < COUNT_MS) return known;
    const count = waitingIn(ports, band).then((waiting) => ({ waiting, at: now }));
    this.#counts.set(band, count);
    // What could not be counted is asked for again.
    count.catch(() => this.#counts.delete(band));
    return count;
  }
}

/** What was accepted and has not begun, in all pools: ready, and due within a queue's delay. */
async function waitingIn({ config, queues }: Counting, band: number): Promise<number> {
  const depths = await Promise.all(
    config.pools.map(({ name }) => queues.depth({ band, pool: name })),
  );
  return depths.reduce((sum, { ready, delayed }) => sum + ready + delayed, 0);
}

function tooMany(field: string, band: string, more: number, limit: number): InvalidRequestError {
  const message = `${more} are for the band "${band}", in which at most ${limit} may wait; submit fewer at once`;
  return new InvalidRequestError([{ field, message }]);
}
