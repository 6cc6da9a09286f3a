/**
 * `POST /tasks` and `POST /tasks/batch`.
 */
import type * as z from "zod/mini";
import { type FieldError, InvalidRequestError } from "../../core/errors.ts";
import type { Ports } from "../../core/ports.ts";
import type { Backlog } from "../../core/usecases/backlog.ts";
import type { AggregateOptions, TaskRequest as CoreTask } from "../../core/usecases/requests.ts";
import { submit } from "../../core/usecases/submit.ts";
import { submitBatch } from "../../core/usecases/submitBatch.ts";
import { type HttpApp, tenantOfTask } from "../http/caller.ts";
import { UnprocessableError } from "../http/problems.ts";
import { note } from "../http/requestLog.ts";
import { serve } from "../http/route.ts";
import { submitBatch as batchRoute, submitTask } from "../http/routes.ts";
import type { BatchRequest } from "../http/schemas/requests.ts";
import { show } from "../http/show.ts";
import type { InputCheck, Submitted } from "./inputs.ts";
import { location, omitUndefined } from "./respond.ts";

type Batch = z.output<ReturnType<typeof BatchRequest>>;

export function addTasks(app: HttpApp, inputs: InputCheck, backlog: Backlog): void {
  serve(app, submitTask, async (c) => {
    const given = c.req.valid("json");
    refuse(await inputs.check(given));
    const task = taskOf(c.var.ports, inputs, given);
    await backlog.admit(c.var.ports, [task]);
    const record = await submit(c.var.ports, task);
    location(c, record);
    return c.json(await show(c.var.ports, record), 202);
  });

  serve(app, batchRoute, async (c) => {
    const given = c.req.valid("json");
    checkIds(given);
    // Everything is looked at before anything is stored.
    refuse(await inputs.checkAll(given.tasks));
    const tasks = tasksOf(c.var.ports, inputs, given.tasks);
    await backlog.admit(c.var.ports, tasks, "tasks");
    const batch = await submitBatch(c.var.ports, tasks, aggregateOf(given));
    const futures = await Promise.all(batch.futures.map((record) => show(c.var.ports, record)));
    note(c, { tasks: given.tasks.length });
    if (!batch.aggregate) return c.json({ futures }, 202);
    location(c, batch.aggregate);
    const parent = await show(c.var.ports, batch.aggregate);
    const named = given.gather ? { gather: parent } : { taskGroup: parent };
    return c.json({ futures, ...named }, 202);
  });
}

function aggregateOf({ gather, taskGroup }: Batch): AggregateOptions | undefined {
  if (gather) {
    const { id, returnExceptions, priority } = gather;
    return omitUndefined({ id, priority, policy: { of: "gather" as const, returnExceptions } });
  }
  return taskGroup && omitUndefined({ ...taskGroup, policy: { of: "taskGroup" as const } });
}

/** Tasks as the rules take them. @throws ForbiddenError if one is to be another tenant's */
export function tasksOf(
  caller: Pick<Ports, "tenant">,
  inputs: InputCheck,
  tasks: readonly Submitted[],
): CoreTask[] {
  return tasks.map((task, index) => taskOf(caller, inputs, task, `tasks[${index}].`));
}

function taskOf(
  caller: Pick<Ports, "tenant">,
  inputs: InputCheck,
  given: Submitted,
  at?: string,
): CoreTask {
  return inputs.toCore({ ...given, tenant: tenantOfTask(caller, given.tenant, at) });
}

/** Members have derived ids; of the others no two may have the same. */
function checkIds({ tasks, gather, taskGroup }: Batch): void {
  if (gather && taskGroup) {
    const message = "a batch has one aggregate; leave out gather or taskGroup";
    throw new InvalidRequestError([{ field: "taskGroup", message }]);
  }
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, { id }] of tasks.entries()) {
    if (id === undefined) continue;
    const field = `tasks[${index}].id`;
    if (gather || taskGroup) {
      const message = "leave it out: members have the id of the aggregate, a dot and their number";
      errors.push({ field, message });
    } else if (seen.has(id)) {
      errors.push({ field, message: `"${id}" stands twice; ids are unique` });
    }
    seen.add(id);
  }
  if (errors.length > 0) throw new InvalidRequestError(errors);
}

export function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new UnprocessableError(errors);
}
