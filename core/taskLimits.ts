/**
 * What a task may be called and how long its attempts may take: one rule for those that are defined
 * in code, and for functions of others that run as tasks.
 */
import type { RetryOptions } from "./retry.ts";

/** A Lambda function ends after this many seconds… */
const MAX_FUNCTION_SECONDS = 900;
/** …an invocation begins further tasks for up to this long… */
export const INVOCATION_CAP_SECONDS = 60;
/** …and needs this long to end a task that ignores its timeout, and to settle it. */
export const FINISH_SECONDS = 15;

/** Seconds that an attempt may take, at most. */
export const MAX_TIMEOUT_SECONDS = MAX_FUNCTION_SECONDS - INVOCATION_CAP_SECONDS - FINISH_SECONDS;

/** Seconds that an attempt may take unless the task or the request says otherwise. */
export const DEFAULT_TIMEOUT_SECONDS = 60;

const MAX_ATTEMPTS = 100;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** What is wrong with a task's definition, for whoever words it. */
export interface TaskFlaw {
  option: "name" | "timeoutSeconds" | "retry.maxAttempts";
  given: unknown;
  /** What would be right: `use 1 to 100`. */
  right: string;
}

/**
 * The first option that is out of bounds, if there is one.
 * @example
 * taskFlaw("resize", { timeoutSeconds: 900 }) // { option: "timeoutSeconds", given: 900, right: … }
 */
export function taskFlaw(
  name: string,
  { timeoutSeconds, retry }: { timeoutSeconds: number; retry?: RetryOptions | undefined },
): TaskFlaw | undefined {
  if (!NAME.test(name)) {
    const right = "use 1 to 64 of A-Z a-z 0-9 _ . -, a letter or digit first";
    return { option: "name", given: name, right };
  }
  if (!(timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
    const right = `use more than 0 and at most ${MAX_TIMEOUT_SECONDS}`;
    return { option: "timeoutSeconds", given: timeoutSeconds, right };
  }
  const attempts = retry?.maxAttempts;
  if (attempts === undefined) return undefined;
  if (Number.isInteger(attempts) && attempts >= 1 && attempts <= MAX_ATTEMPTS) return undefined;
  return { option: "retry.maxAttempts", given: attempts, right: `use 1 to ${MAX_ATTEMPTS}` };
}
