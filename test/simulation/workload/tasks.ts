/**
 * Tasks that behave well and badly, alone and in batches; repeats of a request, and ids that are
 * taken.
 */
import type { Policy } from "../../../core/policies.ts";
import type { TaskRequest } from "../../../core/usecases/requests.ts";
import { submit } from "../../../core/usecases/submit.ts";
import { submitBatch } from "../../../core/usecases/submitBatch.ts";
import type { Behaviour } from "../../support/behaviour.ts";
import type { Random } from "../random.ts";
import type { Known } from "./known.ts";
import { read } from "./reading.ts";
import type { Workload } from "./workload.ts";

/** The pool besides the default one. */
export const OTHER_POOL = "other";

interface Planned {
  request: TaskRequest;
  behaviour: Behaviour;
}

export async function submitOne(
  workload: Workload,
  changes?: Partial<Behaviour>,
  padded?: number,
): Promise<void> {
  const { random } = workload.env;
  const planned = plan(random, changes, padded);
  const { request } = planned;
  const id = workload.known.newId("task");
  const known = learnTask(workload, id, planned);
  const send = () => workload.make(known, "submit", (ports) => submit(ports, { ...request, id }));
  if (!(await send())) return;
  const then = random.next();
  if (then < 0.1) await send();
  else if (then < 0.15) await taken(workload, id, request);
  else if (then < 0.25) await read(workload, known);
}

/** Promise 8: another request under a taken id is refused. */
async function taken(workload: Workload, id: string, request: TaskRequest): Promise<void> {
  const other = { ...request, id, priority: request.priority + 1 };
  const answer = await workload.call("submit", (ports) => submit(ports, other));
  if (answer.how !== "answered") return;
  workload.env.history.violation(8, id, "another request was accepted under a taken id");
}

/**
 * Several tasks in one call, mostly with a gather or a task group over them.
 * @returns that, if it was accepted
 */
export async function submitMany(workload: Workload): Promise<Known | undefined> {
  const { random } = workload.env;
  const tasks = Array.from({ length: random.whole(1, 8) }, () => plan(random));
  const requests = tasks.map((each) => each.request);
  if (random.chance(0.2)) {
    await withoutAggregate(workload, tasks);
    return undefined;
  }
  const group = random.chance(0.2);
  const policy: Policy = group
    ? { of: "taskGroup" }
    : { of: "gather", returnExceptions: random.chance(0.5) };
  const id = workload.known.newId("batch");
  const members = tasks.map((each, index) => learnTask(workload, `${id}.${index}`, each));
  const parent = workload.known.learn({ id, kind: policy.of, priorities: [] });
  if (group) workload.known.requestCancel(id, true);
  const made = await workload.make(parent, "submitBatch", (ports) =>
    submitBatch(ports, requests, { id, policy }),
  );
  if (!made) return undefined;
  for (const member of members) workload.known.accept(member);
  return parent;
}

async function withoutAggregate(workload: Workload, tasks: readonly Planned[]): Promise<void> {
  const members = tasks.map((each) => learnTask(workload, workload.known.newId("task"), each));
  const requests = tasks.map(({ request }, index) => ({
    ...request,
    id: (members[index] as Known).id,
  }));
  const answer = await workload.call("submitBatch", (ports) => submitBatch(ports, requests));
  if (answer.how !== "answered") return;
  for (const member of members) workload.known.accept(member);
}

/** A task that is ended by force: it hangs, and heeds nothing. */
export function submitHanging(workload: Workload): Promise<void> {
  return submitOne(workload, { end: "hang", declines: true });
}

/** A task whose input stands beside its item, or in the bucket. */
export function submitPadded(workload: Workload): Promise<void> {
  return submitOne(workload, {}, 1);
}

/** A task whose result stands beside its item, or in the bucket. */
export function submitLarge(workload: Workload): Promise<void> {
  return submitOne(workload, { end: "large value", failures: 0 });
}

/**
 * What a task is asked for, and how it will behave.
 * @param changes to how it was drawn to behave
 * @param padded how often its input is too large for its item
 */
export function plan(random: Random, changes: Partial<Behaviour> = {}, padded = 0.05): Planned {
  const behaviour = { ...drawBehaviour(random), ...changes };
  const padding = random.chance(padded) ? { padding: "x".repeat(1000) } : {};
  const request: TaskRequest = {
    task: "work",
    input: JSON.stringify({ ...behaviour, ...padding }),
    priority: random.whole(0, 10),
    ...(random.chance(0.1) ? { delaySeconds: delay(random) } : {}),
    ...(random.chance(0.3) ? { tenant: random.pick(["a", "b"]) } : {}),
    ...(random.chance(0.3) ? { pool: OTHER_POOL } : {}),
    ...(random.chance(0.1) ? { notify: true as const } : {}),
  };
  return { request, behaviour };
}

export function drawBehaviour(random: Random): Behaviour {
  const dice = random.next();
  return {
    milliseconds: random.chance(0.1) ? random.whole(1000, 12_000) : random.whole(0, 500),
    failures: random.chance(0.8) ? 0 : random.whole(1, 4),
    end: dice < 0.84 ? "value" : dice < 0.91 ? "large value" : dice < 0.98 ? "reject" : "hang",
    declines: random.chance(0.2),
  };
}

/** Mostly short; sometimes longer than a queue's delay reaches. */
function delay(random: Random): number {
  return random.chance(0.02) ? random.whole(901, 1000) : random.whole(1, 30);
}

export function learnTask(workload: Workload, id: string, { request, behaviour }: Planned): Known {
  const { priority, pool, notify } = request;
  return workload.known.learn({
    id,
    kind: "task",
    behaviour,
    awaitable: true,
    priorities: [priority],
    ...(pool ? { pool } : {}),
    ...(notify ? { notify } : {}),
  });
}
