/**
 * From whatever stands for a future to its handle.
 */
import type { Api } from "./api.ts";
import { FutureHandle } from "./handle.ts";
import { isCall, type Member } from "./members.ts";
import { renumbered } from "./renumber.ts";
import { submitMany } from "./submit.ts";
import type { TaskCall } from "./task.ts";

/**
 * Handles of the members, in their order. Tasks are submitted, all in few requests; submissions are
 * awaited meanwhile.
 * @throws BadRequestError that names a task by its place in the list; what submissions reject with
 */
export async function handlesOf(api: Api, given: readonly Member[]): Promise<FutureHandle[]> {
  const handles: FutureHandle[] = new Array(given.length);
  const calls: TaskCall[] = [];
  const places: number[] = [];
  const coming: Promise<void>[] = [];
  const take = async (submission: PromiseLike<FutureHandle>, place: number) => {
    handles[place] = await submission;
  };
  for (const [place, each] of given.entries()) {
    if (typeof each === "string") handles[place] = new FutureHandle(api, each);
    else if (each instanceof FutureHandle) handles[place] = each;
    else if (isCall(each)) {
      calls.push(each);
      places.push(place);
    } else coming.push(take(each, place));
  }
  if (calls.length > 0) coming.push(submitAll(api, calls, places, handles));
  await Promise.all(coming);
  return handles;
}

async function submitAll(
  api: Api,
  calls: readonly TaskCall[],
  places: readonly number[],
  handles: FutureHandle[],
): Promise<void> {
  try {
    const submitted = await submitMany(api, calls);
    for (const [index, handle] of submitted.entries()) handles[places[index] ?? 0] = handle;
  } catch (error) {
    throw renumbered(error, "tasks", (index) => places[index] ?? index);
  }
}
