/**
 * The server counts from the start of the page that it refuses, the caller from that of the list.
 */
import type { Problem } from "../core/wire.ts";
import { BadRequestError, NotFoundError } from "./errors.ts";

/**
 * The refusal with its fields as the caller counts them; other errors as they are.
 * @param list what the fields begin with, as in `tasks[3].input.width`
 * @param placeOf the place in the caller's list of what the server counted as this
 */
export function renumbered(
  error: unknown,
  list: "tasks" | "of",
  placeOf: (index: number) => number,
): unknown {
  const rename = (field: string) =>
    field.replace(/^(\w+)\[(\d+)\]/, (prefix, name: string, index: string) =>
      name === list ? `${list}[${placeOf(Number(index))}]` : prefix,
    );
  if (error instanceof BadRequestError) {
    if (error.errors.every(({ field }) => rename(field) === field)) return error;
    const { status, problem, attempts } = error;
    const errors = error.errors.map((each) => ({ ...each, field: rename(each.field) }));
    return new BadRequestError(errors, {
      attempts,
      ...(status === undefined ? {} : { status }),
      ...(problem ? { problem: renamed(problem, rename) } : {}),
    });
  }
  if (error instanceof NotFoundError && error.problem?.errors?.length) {
    const { status = 404, attempts } = error;
    const problem = renamed(error.problem, rename);
    return new NotFoundError(problem.detail, { status, attempts, problem });
  }
  return error;
}

function renamed(problem: Problem, rename: (field: string) => string): Problem {
  const errors = (problem.errors ?? []).map((each) => ({ ...each, field: rename(each.field) }));
  const detail = errors.map((each) => `${each.field}: ${each.message}`).join("; ");
  return { ...problem, errors, detail: detail || problem.detail };
}
