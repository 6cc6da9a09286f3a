/**
 * Which bands are paused, and since when slots must know that they are or are not any more.
 */
import { PAUSES_KNOWN_MS, type Pauses } from "../../../core/pauses.ts";
import type { World } from "../world.ts";

/** Milliseconds that a process may stand still with what it has read. */
const OUTDATED_MS = 70_000;
/** Clocks differ by a second, and a call takes some when the SDK is throttled. */
const CALL_MS = 5000;

export class PauseBook {
  private readonly since = new Map<string, number>();
  private readonly until = new Map<string, number>();
  /** A band was paused: its permits were dropped, and those that were rung later may be too few. */
  any = false;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  changed({ paused }: Pauses): void {
    const { now } = this.world;
    this.any ||= paused.length > 0;
    const names = new Set(paused.map(({ pool, band }) => `${pool} ${band}`));
    for (const name of names) if (!this.since.has(name)) this.since.set(name, now);
    for (const name of this.since.keys()) {
      if (names.has(name)) continue;
      this.since.delete(name);
      this.until.set(name, now);
    }
  }

  /** Whether a slot may think that the band is paused. */
  mayBePaused(pool: string, band: string): boolean {
    const name = `${pool} ${band}`;
    const until = this.until.get(name);
    return this.since.has(name) || (until !== undefined && this.world.now < until + OUTDATED_MS);
  }

  /** Since when every slot knows that it is paused; undefined if that cannot be said. */
  surelyPausedSince(pool: string, band: string): number | undefined {
    const since = this.since.get(`${pool} ${band}`);
    const known = (since ?? 0) + PAUSES_KNOWN_MS + CALL_MS;
    return since !== undefined && known < this.world.now ? known : undefined;
  }
}
