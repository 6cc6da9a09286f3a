/**
 * The search for a slot's next task: probes the bands, most urgent first, until a message leads to
 * a run.
 */
import type { Band } from "../core/bands.ts";
import type { Ports, Received, TaskMessage } from "../core/ports.ts";
import { afterDispatch, newHistory, type ProbeHistory, probeOrder } from "../core/probing.ts";
import type { BandMessages } from "./bandMessages.ts";
import type { Dispatched } from "./dispatched.ts";
import { isByOrder, overlooked } from "./overlooked.ts";
import type { PauseWatch } from "./pauseWatch.ts";
import { isContended, isFresh, type PermitInHand, rungAt } from "./permitInHand.ts";
import type { Permits } from "./permits.ts";
import type { Telemetry } from "./telemetry.ts";
import { TwinCheck } from "./twinCheck.ts";

/** What a permit led to. */
export type Found = Dispatched | NothingFound;

export interface NothingFound {
  /** Of tasks that cannot run yet, when the first may be looked at again. */
  hiddenSeconds?: number;
  /** The band that the permit was rung for is paused. */
  paused?: boolean;
  /** Its task, which rang twice, is served: by the other permit, or by one of another task's. */
  served?: boolean;
}

export interface SearchOptions {
  ports: Ports;
  /** The bands that may be served. */
  bands: readonly Band[];
  messages: BandMessages;
  permits: Permits;
  pauses: PauseWatch;
  telemetry: Telemetry;
  /** Whether to look what was overlooked (overlooked.ts). */
  samples: () => boolean;
}

/** Sweeps of short polls over all bands; one may miss what is there, so once proves little. */
const SWEEPS = 2;

/** What one sweep found. */
interface Probed {
  message?: Received<TaskMessage> | undefined;
  band: number;
  /** The bands that were found empty before. */
  empty: readonly number[];
  /** The bands that were left out. */
  paused: ReadonlySet<number>;
  /** When it began, in milliseconds. */
  probedAt: number;
}

export class Search {
  /** What the slot has served and found empty: it outlives an invocation. */
  #history: ProbeHistory;
  readonly #options: SearchOptions;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#history = newHistory(options.bands);
  }

  /** @param until when no further probing may begin, in milliseconds */
  async find(permit: PermitInHand, until: number): Promise<Found> {
    const { bands, messages, pauses, ports } = this.#options;
    const hinted = bands[permit.body.band] ? permit.body.band : 0;
    const fresh = isFresh(permit, ports.clock.now());
    let sweeps = 0;
    let hiddenSeconds: number | undefined;
    const twin = new TwinCheck(ports, permit, hinted);
    const nothing = (): NothingFound => ({
      ...(hiddenSeconds === undefined ? {} : { hiddenSeconds }),
      served: twin.isServed,
    });
    while (ports.clock.now() < until) {
      const probed = await this.#sweep(twin);
      if (!probed.message) {
        if (twin.fate === "used") return nothing();
        sweeps += 1;
        if (sweeps < SWEEPS) continue;
        if (probed.paused.has(hinted)) {
          // It may have been resumed since: whoever did that may have rung this very permit.
          probed.paused = await pauses.afterMessage(rungAt(permit));
          if (probed.paused.has(hinted)) return { ...nothing(), paused: true };
        }
        // In a long poll a spare twin would catch the next task, whose own were spare in turn.
        if (!fresh || sweeps > SWEEPS || twin.fate === "spare") return nothing();
        probed.band = hinted;
        probed.message = await messages.receive(hinted, 1);
      }
      const { band, message } = probed;
      if (!message) return nothing();
      const claimed = await messages.claim(band, message, permit.body);
      if (claimed.do === "run") {
        const readySince = Math.max(message.sentAt, message.body.due ?? 0);
        const { record: task, takenOver = false } = claimed;
        const found = { task, band, readySince, messageHandle: message.handle, permit };
        await this.#options.permits.ringIfLost(permit, message, band);
        this.#note(found, probed, takenOver);
        return found;
      }
      // A message that does not end in a run keeps the permit: probe again from the top.
      if (claimed.do === "hide" && claimed.seconds > 0) {
        hiddenSeconds = Math.min(hiddenSeconds ?? Number.POSITIVE_INFINITY, claimed.seconds);
      }
    }
    return nothing();
  }

  /** Polls the bands in the policy's order, up to the first that has a message. */
  async #sweep(twin: TwinCheck): Promise<Probed> {
    const { bands, messages, pauses, ports } = this.#options;
    const probedAt = ports.clock.now();
    // Beside the first poll, which does not wait for it; a failure is met below.
    const reading = pauses.current();
    reading.catch(() => {});
    const empty: number[] = [];
    const leftOut = pauses.last;
    for (const band of probeOrder(bands, ports.config.policy, this.#history, leftOut)) {
      const message = await messages.receive(band, 0);
      if (message) {
        const paused = await reading;
        // What was left out on account of an old reading may have been resumed since (promise 5).
        const overlooks = [...leftOut].some((each) => each < band && !paused.has(each));
        if (!overlooks && !paused.has(band)) return { message, band, empty, paused, probedAt };
        await messages.putBack(band, message.handle);
        return this.#sweep(twin);
      }
      empty.push(band);
      if (await twin.endsAfter(band)) break;
    }
    return { band: 0, empty, paused: await reading, probedAt };
  }

  #note(found: Dispatched, { band, empty, paused, probedAt }: Probed, takenOver: boolean): void {
    const { ports, samples, telemetry } = this.#options;
    const contended = isContended(found.permit, ports.clock.now());
    this.#history = afterDispatch(this.#history, band, [...empty, ...paused], contended);
    telemetry.started(found, takenOver);
    if (!samples() || !isByOrder(band, empty)) return;
    // Beside the run, which does not wait for it.
    void overlooked(ports, band, probedAt).then(
      (missed) => telemetry.sampled(band, missed),
      () => {},
    );
  }
}
