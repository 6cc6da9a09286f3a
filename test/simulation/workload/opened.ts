/**
 * Aggregates that are filled in pages, in any order, some of them twice, and mostly sealed.
 */
import type { AggregateKind } from "../../../core/policies.ts";
import type { Ports } from "../../../core/ports.ts";
import { addMembers } from "../../../core/usecases/addMembers.ts";
import { openAggregate } from "../../../core/usecases/openAggregate.ts";
import type { MembersRequest, TaskRequest } from "../../../core/usecases/requests.ts";
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
  const { size } = filled;
  if (!(await step(workload, known, "seal", (ports) => seal(ports, id, size)))) return;
  known.open = false;
  if (random.chance(0.3)) await again(workload, known, filled);
  for (let member = 0; member < size; member += 1) {
    const task = workload.known.byId.get(`${id}.${member}`);
    if (task) workload.known.accept(task);
  }
}

/** What was added, all of it. */
interface Filled {
  size: number;
  pages: readonly MembersRequest[];
}

/** @returns undefined if some of it was not taken */
async function fillWithTasks(
  workload: Workload,
  known: Known,
  cancels: boolean,
): Promise<Filled | undefined> {
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
    take(workload, known, page);
    if (random.chance(0.2)) await world.sleep(random.whole(0, 20_000));
  }
  return { size, pages };
}

function take(
  workload: Workload,
  { id }: Known,
  { start, tasks }: { start: number; tasks: readonly TaskRequest[] },
) {
  for (const index of tasks.keys()) {
    const member = workload.known.byId.get(`${id}.${start + index}`);
    if (member) workload.known.take(member);
  }
}

async function fillWithFutures(
  workload: Workload,
  known: Known,
  cancels: boolean,
): Promise<Filled | undefined> {
  const { random } = workload.env;
  const of = workload.some(random.whole(1, 8), (each) => !each.open);
  if (cancels) for (const each of of) workload.known.requestCancel(each);
  if (of.length === 0) return undefined;
  const page = { start: 0, of };
  const add = (ports: Ports) => addMembers(ports, known.id, page);
  if (!(await step(workload, known, "addMembers", add))) return undefined;
  if (random.chance(0.3)) await refusesOthers(workload, known, page);
  if (random.chance(0.3) && !(await step(workload, known, "addMembers", add))) return undefined;
  return { size: of.length, pages: [page] };
}

/** Other members where some were added: promise 8. */
async function refusesOthers(
  workload: Workload,
  known: Known,
  { start, of }: { start: number; of: readonly string[] },
): Promise<void> {
  const others = { start, of: [...of.slice(1), ...workload.some(1)] };
  if (`${others.of}` === `${of}`) return;
  const answer = await workload.call("addMembers", (ports) => addMembers(ports, known.id, others));
  if (answer.how !== "answered") return;
  workload.env.history.violation(8, known.id, "other members were accepted in place of its own");
}

/** A page and the sealing are repeated once it is sealed, or has settled: nothing changes. */
async function again(workload: Workload, known: Known, { size, pages }: Filled): Promise<void> {
  const { random, history } = workload.env;
  const page = random.pick(pages);
  const answers = [
    await workload.call("addMembers", (ports) => addMembers(ports, known.id, page)),
    await workload.call("seal", (ports) => seal(ports, known.id, size)),
  ];
  for (const answer of answers) {
    if (answer.how !== "refused") continue;
    history.violation(8, known.id, `a repeat was refused: ${answer.error}`);
  }
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
