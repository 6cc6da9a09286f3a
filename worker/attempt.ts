/**
 * Runs one attempt of a task: input, handler, outcome.
 */
import { DEFAULT_PRIORITY } from "../core/bands.ts";
import { PayloadGoneError } from "../core/errors.ts";
import { isMidway } from "../core/future.ts";
import type { Ports } from "../core/ports.ts";
import { DEFAULT_TIMEOUT_SECONDS } from "../core/taskLimits.ts";
import { fetchText, inputOf, MAX_RESULT_BYTES } from "../core/texts.ts";
import type { Leased } from "../core/usecases/claim.ts";
import { type Ended, finishAttempt } from "../core/usecases/finishAttempt.ts";
import type { Context, TaskLogger } from "./context.ts";
import { makeCalls } from "./coroutine/calls.ts";
import { Coroutine } from "./coroutine/coroutine.ts";
import type { AfterRun, Dispatched } from "./dispatched.ts";
import { CancelledError, LeaseLostError, TimeoutError, toErrorRecord } from "./errors.ts";
import { fieldsOf } from "./fields.ts";
import { type Beat, type Heart, type Pulse, timeoutRecord } from "./heart.ts";
import { endingOf, type Telemetry } from "./telemetry.ts";
import type { AnyTask, Worker } from "./worker.ts";

export interface AttemptOptions {
  ports: Ports;
  worker: Worker;
  heart: Heart;
  /** A logger whose lines carry what is given here. */
  loggerFor: (fields: Record<string, unknown>) => TaskLogger;
  /** @default nobody listens */
  telemetry?: Telemetry;
}

/** Errors that another attempt would meet as well. */
const FINAL: ReadonlySet<string> = new Set([
  "NonRetryableError",
  "NonDeterminismError",
  "LimitExceededError",
]);

/** Runs the attempt to its end, effects included, and says what becomes of the message. */
export async function runAttempt(
  options: AttemptOptions,
  dispatched: Dispatched,
): Promise<AfterRun> {
  const { ports, worker, heart } = options;
  const record = dispatched.task;
  const task = worker.task(record.task);
  const timeoutMs =
    (record.timeoutSeconds ?? task?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  const beat: Beat = {
    dispatched,
    retry: task?.retry,
    cancelSeconds: task?.cancelSeconds,
    deadline: (record.startedAt ?? ports.clock.now()) + timeoutMs,
  };
  const abort = new AbortController();
  const coroutine = new Coroutine(ports, record, task?.inherit ?? true);
  const pulse = heart.start(beat, {
    cancelRequested() {
      // What awaits hears of it at its await; `ctx.signal` is for handlers that run through.
      if (!coroutine.hasCalled) abort.abort(new CancelledError(`${record.id} was cancelled.`));
      coroutine.cancelRequested();
    },
    leaseLost: () => abort.abort(new LeaseLostError(`Another attempt runs ${record.id} now.`)),
  });
  coroutine.onFirstCall = () => pulse.calls();
  // Code that catches it in a loop never lets go of the thread, and is ended by force.
  coroutine.onFail = ({ name, message }) => pulse.overruns(`it caught a ${name}: ${message}`);
  try {
    const ended = task
      ? await callHandler(options, task, { beat, pulse, abort, coroutine })
      : unknownTask(record);
    pulse.handlerEnded();
    if (ended.how === "suspended") {
      options.telemetry?.ended(dispatched, {
        ending: "suspended",
        runMs: ports.clock.now() - (record.startedAt ?? 0),
      });
      return "delete";
    }
    if (ended.how === "lost") return "leave";
    const isCoroutine = coroutine.hasCalled;
    const isEarlier = record.attempts > 1 || isMidway(record);
    const strays = !coroutine.isComplete && (isCoroutine || isEarlier);
    const calls = isCoroutine && !strays ? coroutine.ledger.calls : undefined;
    const end = { isCoroutine, calls, strays };
    const finished = await finishAttempt(ports, record, ended, task?.retry, end);
    options.telemetry?.ended(dispatched, {
      ending: endingOf(ended.how, finished),
      runMs: ports.clock.now() - (record.startedAt ?? 0),
      ...(ended.how === "threw" ? { error: ended.error.name } : {}),
    });
    return finished === "lost" ? "leave" : "delete";
  } finally {
    pulse.stop();
  }
}

/** An attempt that runs. */
interface Running {
  beat: Beat;
  pulse: Pulse;
  abort: AbortController;
  coroutine: Coroutine;
}

async function callHandler(
  options: AttemptOptions,
  task: AnyTask,
  { beat, pulse, abort, coroutine }: Running,
): Promise<Ended | { how: "suspended" } | { how: "lost" }> {
  const { clock } = options.ports;
  let why: string | undefined;
  const cancelTimer = clock.after(Math.max(0, beat.deadline - clock.now()), () => {
    why = coroutine.foreignWait;
    if (why !== undefined) pulse.overruns(why);
    abort.abort(new TimeoutError(timeoutRecord(beat, why).message));
  });
  try {
    const input = await readInput(options, task, beat, abort.signal);
    if ("error" in input) return input.error;
    const ctx = makeContext(options, beat, abort.signal, coroutine);
    const end = await coroutine.run(() => task.handler(input.value, ctx));
    if (end.how === "suspended" || end.how === "lost") return end;
    if (abort.signal.reason instanceof TimeoutError) {
      return timedOut(beat, coroutine.hasCalled, why);
    }
    if (end.how === "threw") return threw(end.thrown, abort.signal, coroutine.hasCalled);
    return clock.now() < beat.deadline ? returned(end.output) : timedOut(beat, coroutine.hasCalled);
  } finally {
    cancelTimer();
  }
}

function makeContext(
  options: AttemptOptions,
  beat: Beat,
  signal: AbortSignal,
  coroutine: Coroutine,
): Context {
  const { ports, loggerFor, worker } = options;
  const { task } = beat.dispatched;
  return {
    ...makeCalls({ ports, worker, coroutine, signal }),
    id: task.id,
    task: task.task,
    attempt: task.attempts,
    priority: task.priority ?? DEFAULT_PRIORITY,
    signal,
    logger: loggerFor(fieldsOf(ports.config.bands, beat.dispatched)),
    remainingMs: () => Math.max(0, beat.deadline - ports.clock.now()),
  };
}

async function readInput(
  options: AttemptOptions,
  task: AnyTask,
  beat: Beat,
  signal: AbortSignal,
): Promise<{ value: unknown } | { error: Ended }> {
  const read = await fetchInput(options, beat.dispatched.task, signal);
  if (!read) {
    const timeout = signal.reason instanceof TimeoutError;
    return { error: timeout ? timedOut(beat, false) : threw(signal.reason, signal, false) };
  }
  if ("gone" in read) return { error: failed(read.gone.name, read.gone.message) };
  const input: unknown = JSON.parse(read.text ?? "null");
  if (!task.input) return { value: input };
  const parsed = await task.input.safeParseAsync(input);
  if (parsed.success) return { value: parsed.data };
  const first = parsed.error.issues[0];
  const path = ["input", ...(first?.path ?? [])].join(".");
  const message = `${path}: ${first?.message ?? "does not fit the task's schema"}`;
  return { error: failed("NonRetryableError", message) };
}

/** The pause before the input is read again, in milliseconds; it doubles… */
const FIRST_PAUSE_MS = 100;
/** …up to this. */
const LONGEST_PAUSE_MS = 5000;

/**
 * That the table throttles is no failure of the task (promise 7): it is asked again until the
 * attempt's time is over, or it is told to stop.
 * @returns undefined if it is to stop
 */
async function fetchInput(
  { ports, loggerFor }: AttemptOptions,
  record: Leased,
  signal: AbortSignal,
): Promise<{ text: string | undefined } | { gone: PayloadGoneError } | undefined> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return { text: await fetchText(ports, record.id, inputOf(record)) };
    } catch (error) {
      if (error instanceof PayloadGoneError) return { gone: error };
      const fields = { futureId: record.id, error: error as Error };
      loggerFor({}).warn("The input could not be read; it is tried again.", fields);
      await ports.clock.sleep(pause);
      if (signal.aborted) return undefined;
    }
  }
}

function returned(output: unknown): Ended {
  try {
    const result = output === undefined ? "null" : JSON.stringify(output);
    if (result === undefined) throw new TypeError(`A ${typeof output} has no JSON.`);
    const bytes = Buffer.byteLength(result);
    if (bytes <= MAX_RESULT_BYTES) return { how: "returned", result };
    const sizes = `${bytes.toLocaleString("en")} bytes; at most ${MAX_RESULT_BYTES.toLocaleString("en")}`;
    return failed("ResultTooLargeError", `The result has ${sizes} fit: return a reference to it.`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return failed("UnserializableResultError", `The result is no JSON: ${why}`);
  }
}

/** @param isFinal it awaited: to repeat it would repeat what it did, unless its author says so */
function threw(thrown: unknown, signal: AbortSignal, isFinal: boolean): Ended {
  const name = thrown instanceof Error ? thrown.name : "";
  const accepted = name === "AbortError" && signal.reason instanceof CancelledError;
  if (name === "CancelledError" || accepted) return { how: "cancelled" };
  const retryable = !FINAL.has(name);
  return { how: "threw", error: toErrorRecord(thrown), retryable, isFinal };
}

function timedOut(beat: Beat, isFinal: boolean, why?: string): Ended {
  return { how: "threw", error: timeoutRecord(beat, why), retryable: true, isFinal };
}

/** Its definition may come with the deployment that is under way, so other attempts follow. */
function unknownTask(record: Leased): Ended {
  const message = `No task is named "${record.task}" in this deployment's worker.`;
  return { how: "threw", error: { name: "UnknownTaskError", message }, retryable: true };
}

function failed(name: string, message: string): Ended {
  return { how: "threw", error: { name, message }, retryable: false };
}
