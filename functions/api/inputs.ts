/**
 * Inputs against the schemas of the tasks that they are for, and what the tasks' definitions add to
 * a request. Nothing of a handler is loaded.
 */

import type { ErrorObject, ValidateFunction } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";
import type * as z from "zod/mini";
import type { Config } from "../../core/config.ts";
import type { FieldError } from "../../core/errors.ts";
import { poolOf } from "../../core/pools.ts";
import type { TaskRequest as CoreTask } from "../../core/usecases/requests.ts";
import type { Manifest } from "../../core/wire.ts";
import type { TaskRequest } from "../http/schemas/requests.ts";
import { omitUndefined } from "./respond.ts";

/** A task as it is submitted alone, or without its id as a member. */
export type Submitted = Omit<z.output<ReturnType<typeof TaskRequest>>, "id"> & {
  id?: string | undefined;
};

export interface GivenTask {
  task: string;
  input?: unknown;
  timeoutSeconds?: number | undefined;
}

/** How long attempts may take, by pool. */
export type Limits = Pick<Config, "pools" | "maxTimeoutSeconds">;

export class InputCheck {
  readonly #manifest: Manifest;
  readonly #limits: Limits;
  readonly #compiled = new Map<string, ValidateFunction>();
  #ajv: Ajv2020 | undefined;

  constructor(manifest: Manifest, limits: Limits) {
    this.#manifest = manifest;
    this.#limits = limits;
  }

  /** What is wrong with tasks that are submitted together. */
  async checkAll(given: readonly GivenTask[]): Promise<FieldError[]> {
    const checks = given.map((task, index) => this.check(task, `tasks[${index}].`));
    return (await Promise.all(checks)).flat();
  }

  /** What is wrong with a task that is submitted; `at` is where it stands, such as `tasks[3].`. */
  async check(given: GivenTask, at = ""): Promise<FieldError[]> {
    const tasks = this.#manifest.tasks;
    if (!Object.hasOwn(tasks, given.task)) {
      const known = Object.keys(tasks).sort().slice(0, 20).join(", ");
      return [
        { field: `${at}task`, message: `no task is named "${given.task}"; there are ${known}` },
      ];
    }
    return [...this.#checkTimeout(given, at), ...(await this.#checkInput(given, at))];
  }

  /** The request as the rules take it; what is submitted must have passed `check`. */
  toCore({ input = null, retry, ...fields }: Submitted): CoreTask {
    const { pool, event } = this.#manifest.tasks[fields.task] ?? {};
    return {
      ...omitUndefined(fields),
      ...(retry === undefined ? {} : { retry: omitUndefined(retry) }),
      input: JSON.stringify(input),
      ...(pool === undefined ? {} : { pool }),
      ...(event ? { notify: true as const } : {}),
    };
  }

  #checkTimeout({ task, timeoutSeconds }: GivenTask, at: string): FieldError[] {
    const { pools, maxTimeoutSeconds } = this.#limits;
    const { timeoutSeconds: most = maxTimeoutSeconds } = poolOf(
      pools,
      this.#manifest.tasks[task]?.pool,
    );
    if (timeoutSeconds === undefined || timeoutSeconds <= most) return [];
    const message = `use at most ${most} seconds, what the worker's function allows`;
    return [{ field: `${at}timeoutSeconds`, message }];
  }

  async #checkInput({ task, input = null }: GivenTask, at: string): Promise<FieldError[]> {
    const schema = this.#manifest.tasks[task]?.input;
    if (!schema) return [];
    const validate = await this.#compile(task, schema);
    if (validate(input)) return [];
    return (validate.errors ?? []).map((error) => toFieldError(error, `${at}input`));
  }

  /** Compiled when a task is first submitted: a process serves few of many tasks. */
  async #compile(task: string, schema: Record<string, unknown>): Promise<ValidateFunction> {
    const known = this.#compiled.get(task);
    if (known) return known;
    const { createAjv } = await import("./ajv.ts");
    this.#ajv ??= createAjv();
    const validate = this.#ajv.compile(schema);
    this.#compiled.set(task, validate);
    return validate;
  }
}

function toFieldError(error: ErrorObject, root: string): FieldError {
  const inner = error.instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("");
  const { missingProperty, additionalProperty } = error.params as Record<string, unknown>;
  if (typeof missingProperty === "string") {
    return { field: `${root}${inner}.${missingProperty}`, message: "is missing" };
  }
  if (typeof additionalProperty === "string") {
    return {
      field: `${root}${inner}.${additionalProperty}`,
      message: "unknown field; leave it out",
    };
  }
  return { field: `${root}${inner}`, message: error.message ?? "does not fit the task's schema" };
}
