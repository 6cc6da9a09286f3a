/**
 * Aggregates that are filled in pages, in any order, some of them twice, and mostly sealed.
 */
import type { AggregateKind } from "../../../core/policies.ts";
import type { Ports } from "../../../core/ports.ts";
import { addMembers } from "../../../core/usecases/addMembers.ts";
import { openAggregate } from "../../../core/usecases/openAggregate.ts";
import type { TaskRequest } from "../../../core/usecases/requests.ts";
import { seal } from "../../../core/usecases/seal.ts";
import { drawPolicy, mayCancel } from "./aggregates.ts";
import type { Known } from "./known.ts";
import { learnTask, plan } from "./tasks.ts";
import type { Workload } from "./workload.ts";

const OPENED: AggregateKind[] = ["gather", "wait", "asCompleted", "taskGroup", "any", "race"];

export async function opened(workload: Workload): Promise<void> {
  const { random } = workload.env;
  const kind = random.pick(OPENED);
  const members = random.chance(0.25) ? "futures" : "tasks";
  const id = workload.known.newId(`open-${kind}`);
  const known = workload.known.learn({ id, kind, priorities: [], open: true });
  const policy = drawPolicy(random, kind, 1);
  const request = { id, policy, members, sealWithinSeconds: 120 } as const;
  const made = await workload.make(known, "openAggregate", (ports) =>
    openAggregate(ports, request),
  );
  if (!made) return;
  const cancels = mayCancel(policy);
  const filled =
    members === "tasks"
      ? await fillWithTasks(workload, known, cancels)
      : await fillWithFutures(workload, known, cancels);
  if (filled === undefined || random.chance(0.1)) return;
  if (!(await step(workload, known, "seal", (ports) => seal(ports, id, filled)))) return;
  known.open = false;
  for (let member = 0; member < filled; member += 1) {
    const task = workload.known.byId.get(`${id}.${member}`);
    if (task) workload.known.accept(task);
  }
}

/** @returns the number of members, if all were taken */
async function fillWithTasks(
  workload: Workload,
  known: Known,
  cancels: boolean,
): Promise<number | undefined> {
  const { random, world } = workload.env;
  const { id } = known;
  const pages: { start: number; tasks: TaskRequest[] }[] = [];
  let size = 0;
  // Now and then more than an item of the table holds the outcome of.
  const many = random.chance(0.04);
  for (let count = many ? 3 : random.whole(1, 4); count > 0; count -= 1) {
    const tasks = Array.from({ length: many ? 25 : random.whole(1, 4) }, () => {
      const planned = plan(random);
      learnTask(workload, `${id}.${size++}`, planned);
      return planned.request;
    });
    pages.push({ start: size - tasks.length, tasks });
  }
  if (cancels) workload.known.requestCancel(id, true);
  const calls = random.shuffle([...pages, ...(random.chance(0.3) ? [random.pick(pages)] : [])]);
  for (const page of calls) {
    const add = (ports: Ports) => addMembers(ports, id, page);
    if (!(await step(workload, known, "addMembers", add))) return undefined;
    if (random.chance(0.2)) await world.sleep(random.whole(0, 20_000));
  }
  return size;
}

async function fillWithFutures(
  workload: Workload,
  known: Known,
  cancels: boolean,
): Promise<number | undefined> {
  const { random } = workload.env;
  const of = workload.some(random.whole(1, 8), (each) => !each.open);
  if (cancels) for (const each of of) workload.known.requestCancel(each);
  if (of.length === 0) return undefined;
  const add = (ports: Ports) => addMembers(ports, known.id, { start: 0, of });
  const added = await step(workload, known, "addMembers", add);
  return added ? of.length : undefined;
}

/** A call of several that fill an aggregate; it may be refused if that was cancelled meanwhile. */
async function step(
  workload: Workload,
  known: Known,
  name: string,
  serve: (ports: Ports) => Promise<unknown>,
): Promise<boolean> {
  const { history } = workload.env;
  const answer = await workload.call(name, serve);
  history.note(known.id, `the caller's ${name}: ${answer.how}`);
  if (answer.how === "refused" && !known.settled) {
    history.violation(1, known.id, `a good request was refused: ${answer.error}`);
  }
  return answer.how === "answered";
}
