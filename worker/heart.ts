/**
 * Heartbeats: what keeps an attempt's lease, and notices that it is to stop.
 *
 * The heart beats in a thread of its own (functions/worker/heartbeat-thread.ts), so that a handler
 * that blocks the event loop keeps its lease, and one that ignores its timeout can be ended.
 */
import { beatInterval, leaseEnd, messageVisibility, permitVisibility } from "../core/lease.ts";
import type { Ports } from "../core/ports.ts";
import type { RetryOptions } from "../core/retry.ts";
import { finishAttempt } from "../core/usecases/finishAttempt.ts";
import type { Dispatched } from "./dispatched.ts";
import { endingOf, SILENT, type Telemetry } from "./telemetry.ts";

/** One attempt, as the heart needs to know it. Survives structured cloning. */
export interface Beat {
  dispatched: Dispatched;
  /** The retry options of the task's definition. */
  retry: RetryOptions | undefined;
  /** Seconds between looks for a cancellation. @default the deployment's */
  cancelSeconds?: number | undefined;
  /** When the attempt's time is over, in milliseconds since the epoch. */
  deadline: number;
}

/** What the heart tells the attempt. */
export interface HeartListener {
  cancelRequested(): void;
  leaseLost(): void;
}

/** The attempt's side: it says when the handler has ended, and when all is done. */
export interface Pulse {
  /** The handler has called something that it may await: it is a coroutine. */
  calls(): void;
  /** Should its time be over, the error says why: what the handler is at. */
  overruns(why: string): void;
  /** The handler has ended: from now on it is not ended by force. */
  handlerEnded(): void;
  /** The attempt is over. */
  stop(): void;
}

export interface Heart {
  start(beat: Beat, listener: HeartListener): Pulse;
}

/** Milliseconds that a handler has to end once it is told to; then its process ends. */
export const GRACE_MS = 1000;

/**
 * A permit that the mapping brought is hidden for as long as the function's timeout. After this
 * (milliseconds) it is tied to the lease instead, so that it returns soon after a crash; shorter
 * tasks save the request, and leave a crash to the sweeper.
 */
const TIE_PERMIT_MS = 100;

/** What the heart is given besides the ports: how to end the process (it does not return). */
export type EndProcess = () => void;

/** A heart that beats in this thread, on the given ports. */
export function createHeart(
  ports: Ports,
  endProcess: EndProcess,
  telemetry: Telemetry = SILENT,
): Heart {
  return {
    start(beat, listener) {
      const state: HeartState = { stopped: false, handlerEnded: false, isCoroutine: false };
      void keepBeating(ports, beat, listener, state, { endProcess, telemetry });
      return {
        calls() {
          state.isCoroutine = true;
        },
        overruns(why) {
          state.why = why;
        },
        handlerEnded() {
          state.handlerEnded = true;
        },
        stop() {
          state.stopped = true;
        },
      };
    },
  };
}

interface HeartState {
  stopped: boolean;
  handlerEnded: boolean;
  isCoroutine: boolean;
  /** What the handler is at, if that is known. */
  why?: string;
}

async function keepBeating(
  ports: Ports,
  beat: Beat,
  listener: HeartListener,
  state: HeartState,
  { endProcess, telemetry }: { endProcess: EndProcess; telemetry: Telemetry },
): Promise<void> {
  const { clock } = ports;
  const start = clock.now();
  const lookMs = (beat.cancelSeconds ?? ports.config.cancelSeconds) * 1000;
  const overrun = beat.deadline + GRACE_MS;
  let nextBeat = start + beatInterval(ports.config);
  let nextLook = start + lookMs;
  let tiePermit = beat.dispatched.permit.fetched ? Number.POSITIVE_INFINITY : start + TIE_PERMIT_MS;
  for (;;) {
    const next = Math.min(nextBeat, nextLook, tiePermit, state.handlerEnded ? Infinity : overrun);
    await clock.sleep(Math.max(1, Math.min(next - clock.now(), lookMs)));
    if (state.stopped) return;
    const now = clock.now();
    try {
      if (now >= overrun && !state.handlerEnded) {
        await endByForce(ports, beat, state, telemetry);
        if (!state.stopped) endProcess();
        return;
      }
      if (now >= tiePermit) {
        tiePermit = Number.POSITIVE_INFINITY;
        await extendPermit(ports, beat);
      }
      if (now >= nextBeat || now >= nextLook) {
        const beats = now >= nextBeat;
        if (beats) nextBeat = now + beatInterval(ports.config);
        nextLook = now + lookMs;
        const held = await (beats ? renew(ports, beat) : look(ports, beat));
        if (state.stopped) return;
        if (held === "cancel") listener.cancelRequested();
        if (held === "lost") {
          listener.leaseLost();
          await clock.sleep(GRACE_MS);
          // Another attempt runs the task now; this one must not go on beside it.
          if (!state.stopped && !state.handlerEnded) endProcess();
          return;
        }
      }
    } catch {
      // A failed beat is made good by the next: the lease allows for two of them.
    }
  }
}

type Held = "held" | "cancel" | "lost";

/** Renews the lease, then the permit, then the message: the permit must return last. */
async function renew(ports: Ports, beat: Beat): Promise<Held> {
  const { task, band, messageHandle } = beat.dispatched;
  const written = await ports.store.update(
    task.id,
    { states: ["running"], token: task.token },
    { set: { leaseUntil: leaseEnd(ports.config, ports.clock.now()) } },
  );
  if (!written.applied) return "lost";
  await extendPermit(ports, beat);
  const { pool } = ports.config;
  await ports.queues.hide({ band, pool }, messageHandle, messageVisibility(ports.config));
  return written.record.cancel ? "cancel" : "held";
}

async function look(ports: Ports, beat: Beat): Promise<Held> {
  const { task } = beat.dispatched;
  const record = await ports.store.read(task.id);
  if (record?.state !== "running" || record.token !== task.token) return "lost";
  return record.cancel ? "cancel" : "held";
}

async function extendPermit(ports: Ports, beat: Beat): Promise<void> {
  const { permit } = beat.dispatched;
  await ports.queues.hide(permit.queue, permit.handle, permitVisibility(ports.config));
}

/** The handler ignores its timeout: end the attempt for it, message and permit included. */
async function endByForce(
  ports: Ports,
  beat: Beat,
  { isCoroutine, why }: HeartState,
  telemetry: Telemetry,
): Promise<void> {
  const { task, band, messageHandle, permit } = beat.dispatched;
  const finished = await finishAttempt(
    ports,
    task,
    { how: "threw", error: timeoutRecord(beat, why), retryable: true, isFinal: isCoroutine },
    beat.retry,
    // Its code may be about to make its first call.
    { isCoroutine, strays: true },
  );
  telemetry.ended(beat.dispatched, {
    ending: endingOf("threw", finished),
    runMs: ports.clock.now() - (task.startedAt ?? 0),
    error: "TimeoutError",
  });
  await telemetry.flush();
  if (finished === "lost") return;
  await ports.queues.remove({ band, pool: ports.config.pool }, messageHandle);
  await ports.queues.remove(permit.queue, permit.handle);
}

/** @param why what the handler was at */
export function timeoutRecord(
  { deadline, dispatched }: Pick<Beat, "deadline" | "dispatched">,
  why?: string,
) {
  const seconds = (deadline - (dispatched.task.startedAt ?? 0)) / 1000;
  const end = why === undefined ? "." : `: ${why}`;
  return { name: "TimeoutError", message: `The attempt took longer than ${seconds} s${end}` };
}
