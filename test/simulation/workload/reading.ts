/**
 * Callers that wait for a future and read its outcome. Every reader sees the same (promise 2).
 */
import { NotFoundError } from "../../../core/errors.ts";
import { isTerminal } from "../../../core/future.ts";
import { awaitFutures } from "../../../core/usecases/awaitFutures.ts";
import { view } from "../../../core/view/future.ts";
import { readReports } from "../../../core/view/reports.ts";
import { readTree } from "../../../core/view/tree.ts";
import type { Known } from "./known.ts";
import type { Workload } from "./workload.ts";

/** Holds a request until the future settles, for 20 seconds at most. */
export async function read(workload: Workload, known: Known): Promise<void> {
  const { history } = workload.env;
  const answer = await workload.look("read", async (ports) => {
    const [record] = await awaitFutures(ports, [known.id], 20);
    return record && isTerminal(record) ? view(ports, record) : undefined;
  });
  if (answer.how === "refused" && answer.error instanceof NotFoundError) {
    history.violation(1, known.id, "it was accepted and a reader did not find it");
  }
  if (answer.how !== "answered" || answer.value === undefined) return;
  const { state, result, error } = answer.value;
  const shown = JSON.stringify({ state, result, error });
  if (known.shown !== undefined && known.shown !== shown) {
    history.violation(2, known.id, "two readers saw different outcomes");
  }
  known.shown = shown;
}

export async function readSome(workload: Workload): Promise<void> {
  for (const id of workload.some(1)) {
    const known = workload.known.byId.get(id);
    if (!known) continue;
    await read(workload, known);
    if (known.open || known.kind === "task" || known.kind === "timer") continue;
    if (known.kind !== "promise") await readMembers(workload, known);
  }
}

/** Reads the reports of an aggregate's members, page by page, as far as they have come. */
async function readMembers(workload: Workload, known: Known): Promise<void> {
  let after: string | undefined;
  const told = new Set<number>();
  for (;;) {
    const answer = await workload.look("readReports", (ports) =>
      readReports(ports, known.id, after, 1),
    );
    if (answer.how !== "answered") return;
    const { reports, cursor, complete, settled } = answer.value;
    for (const { member } of reports) {
      if (told.has(member)) {
        workload.env.history.violation(4, known.id, `a reader was told of ${member} twice`);
      }
      told.add(member);
    }
    if (complete || settled || reports.length === 0) return;
    after = cursor;
  }
}

/** Reads what a future has made, and what that has made. */
export async function readTrees(workload: Workload): Promise<void> {
  for (const id of workload.some(3)) {
    const answer = await workload.look("readTree", (ports) => readTree(ports, id));
    if (answer.how !== "answered") continue;
    const { children } = answer.value;
    if (answer.value.id === id && children.every((each) => each.id.startsWith(`${id}.`))) continue;
    workload.env.history.violation(0, id, "its tree shows what it has not made");
  }
}
