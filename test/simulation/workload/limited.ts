/**
 * Submissions to bands that hold back what is too much (promise 8: what is refused leaves no trace).
 */
import { bandOf } from "../../../core/bands.ts";
import { BacklogError } from "../../../core/errors.ts";
import { Backlog } from "../../../core/usecases/backlog.ts";
import { submit } from "../../../core/usecases/submit.ts";
import { learnTask, plan } from "./tasks.ts";
import type { Workload } from "./workload.ts";

export async function submitLimited(workload: Workload): Promise<void> {
  const { random, history } = workload.env;
  const { config, queues, table } = workload.behind;
  const { waiting } = config.limits;
  const limited = config.bands.filter(({ name }) => waiting[name] !== undefined);
  if (limited.length === 0) return;
  const { name, to = 10 } = random.pick(limited);
  const planned = plan(random);
  planned.request.priority = to;
  const { request } = planned;
  const id = workload.known.newId("task");
  const known = learnTask(workload, id, planned);
  // A process of the API knows its own count; each call here is served by one that has just begun.
  let tries = 0;
  const answer = await workload.call("submit", async (ports) => {
    tries += 1;
    await new Backlog().admit(ports, [request]);
    return submit(ports, { ...request, id });
  });
  history.note(id, `the caller's submit to a band with a limit: ${answer.how}`);
  if (answer.how === "answered") workload.known.accept(known);
  if (answer.how !== "refused") return;
  if (!(answer.error instanceof BacklogError)) {
    history.violation(1, id, `a good request was refused: ${answer.error}`);
    return;
  }
  const limit = waiting[name] ?? 0;
  const band = bandOf(to, config.bands);
  const sent = config.pools.map((pool) => queues.sentTo({ band, pool: pool.name }));
  if (sent.reduce((sum, each) => sum + each, 0) < limit) {
    history.violation(0, id, `it was held back from ${name}, where ${limit} never waited`);
  }
  // A call before may have got further than anybody knows.
  known.heldBack = tries === 1 && table.peek(id) === undefined;
}
