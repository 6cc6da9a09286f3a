/**
 * A worker slot: with a permit in hand it takes the most urgent task that waits, runs it, and goes
 * on with the next permit while there is contention.
 */
import { poolOf } from "../core/pools.ts";
import type { PermitQueue, Ports } from "../core/ports.ts";
import { INVOCATION_CAP_SECONDS } from "../core/taskLimits.ts";
import type { RetryOf } from "../core/usecases/claim.ts";
import { BandMessages } from "./bandMessages.ts";
import type { AfterRun, Dispatched } from "./dispatched.ts";
import { PauseWatch } from "./pauseWatch.ts";
import { isContended, type PermitInHand } from "./permitInHand.ts";
import { Permits } from "./permits.ts";
import { type Found, Search } from "./search.ts";
import { SILENT, type Telemetry } from "./telemetry.ts";

export interface SlotOptions {
  /** Whether it is reserved for the top bands. @default "any" */
  permits?: PermitQueue["permits"];
  retryOf: RetryOf;
  /** Runs the task to the end of its attempt, effects included. */
  run: (dispatched: Dispatched) => Promise<AfterRun>;
  /** @default nobody listens */
  telemetry?: Telemetry;
  /** What the process knows of pauses; its slots share it. @default its own */
  pauses?: PauseWatch;
  /** Whether to look what was overlooked (overlooked.ts). @default never */
  samples?: () => boolean;
}

/**
 * An invocation goes on with further permits for at most this long (milliseconds), so that its
 * end, the longest task added, stays below the function's timeout.
 */
const INVOCATION_CAP_MS = INVOCATION_CAP_SECONDS * 1000;

export class Slot {
  readonly #ports: Ports;
  readonly #run: SlotOptions["run"];
  readonly #messages: BandMessages;
  readonly #permits: Permits;
  readonly #search: Search;

  constructor(ports: Ports, options: SlotOptions) {
    const { permits = "any", telemetry = SILENT, samples = () => false } = options;
    const { bands, pool, pools } = ports.config;
    const { reserved } = poolOf(pools, pool);
    const isReserved = permits === "reserved" && reserved !== undefined;
    this.#ports = ports;
    this.#run = options.run;
    this.#messages = new BandMessages(ports, options.retryOf);
    this.#permits = new Permits(ports, { permits, pool }, telemetry);
    this.#search = new Search({
      ports,
      bands: isReserved ? bands.slice(0, reserved.through + 1) : bands,
      messages: this.#messages,
      permits: this.#permits,
      pauses: options.pauses ?? new PauseWatch(ports),
      telemetry,
      samples,
    });
  }

  /**
   * Serves a permit, and further ones while permits wait.
   * @returns whether the first permit is used up; if not, the mapping must show it again
   */
  async serve(first: PermitInHand): Promise<boolean> {
    const { clock, queues } = this.#ports;
    const until = clock.now() + INVOCATION_CAP_MS;
    let permit: PermitInHand | undefined = first;
    while (permit) {
      const found: Found = await this.#search.find(permit, until);
      if (!("task" in found)) {
        const used = await this.#permits.giveUp(permit, found);
        return permit !== first || used;
      }
      const after = await this.#run(found);
      const contended = isContended(permit, clock.now());
      // The next permit is fetched while the old ones are put away. Without contention there is
      // most likely none, and the mapping is as quick: so nothing is spent on asking.
      const [next]: [PermitInHand | undefined, unknown, unknown] = await Promise.all([
        contended && clock.now() < until ? this.#permits.fetch() : undefined,
        after === "delete" ? this.#messages.remove(found.band, found.messageHandle) : undefined,
        permit.fetched ? queues.remove(permit.queue, permit.handle) : undefined,
      ]);
      permit = next;
    }
    return true;
  }
}
