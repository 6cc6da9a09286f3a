/**
 * Results that no answer holds: their readers are given where to get them.
 */
import { awaitFutures } from "../../../core/usecases/awaitFutures.ts";
import { view } from "../../../core/view/future.ts";
import type { Known } from "./known.ts";
import { submitOne } from "./tasks.ts";
import type { Workload } from "./workload.ts";

/** Characters; more than an answer holds. */
const HUGE = 2_600_000;

/** Submits one, or reads it once it is there. */
export async function readHuge(workload: Workload): Promise<void> {
  const { random, history } = workload.env;
  const isHuge = ({ behaviour }: Known) => behaviour?.characters === HUGE;
  const known = workload.known.all().find((each) => isHuge(each) && each.settled);
  if (!known) {
    if ([...workload.known.byId.values()].filter(isHuge).length > 2) return;
    const huge = { end: "large value", failures: 0, characters: HUGE } as const;
    return submitOne(workload, huge);
  }
  const answer = await workload.look("read", async (ports) => {
    const [record] = await awaitFutures(ports, [known.id], random.whole(0, 5));
    return record && view(ports, record);
  });
  if (answer.how !== "answered" || answer.value?.state !== "succeeded") return;
  if (answer.value.download === undefined) {
    history.violation(0, known.id, "a result that no answer holds was given in one");
  }
}
