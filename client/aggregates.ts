/**
 * Makes aggregates of members that are all known: what `Forerun`'s methods do.
 */
import { v7 as newId } from "uuid";
import type { Future } from "../core/wire.ts";
import type { AggregateFields } from "./aggregateOptions.ts";
import type { Api } from "./api.ts";
import { batchBody, type Chunk, chunks, MAX_ITEMS, taskTexts } from "./batch.ts";
import { BadRequestError } from "./errors.ts";
import { FutureHandle } from "./handle.ts";
import { isCall, type Member } from "./members.ts";
import { Opened, type OpenFields } from "./opened.ts";
import { renumbered } from "./renumber.ts";
import { handlesOf } from "./resolve.ts";
import type { Batch } from "./submit.ts";
import type { TaskCall } from "./task.ts";

/** An aggregate that was made, and its members in argument order. */
export interface Made {
  id: string;
  members: FutureHandle[];
  known: Future | undefined;
}

type Fields = AggregateFields & { id: string };

/** Members of one aggregate; more are refused by the API, but then some have been submitted. */
const MAX_MEMBERS = 100_000;
/** Policies whose members can be born with them. */
const BORN = ["gather", "taskGroup"];
/** Policies that take more members than one request names. */
const LARGE = [...BORN, "wait", "asCompleted", "any", "race"];
/** As asyncio's, these take sets: a future that is named twice counts once. */
const SETS = ["wait", "asCompleted"];

/**
 * Members that are yet to be submitted are submitted; if all are, they are born with it.
 * @throws BadRequestError, NotFoundError that name the member by its place in the list
 */
export async function makeAggregate(
  api: Api,
  given: readonly Member[],
  { policy, id = newId(), ...options }: AggregateFields,
): Promise<Made> {
  checkNumber(policy, given.length);
  const fields = { policy, id, ...options };
  const canBeBorn = BORN.includes(policy) && given.length > 0;
  if (canBeBorn && given.every(isCall) && given.every((call) => !call.id)) {
    return makeWith(api, given, fields);
  }
  return makeOver(api, given, fields);
}

export function isSet(policy: string): boolean {
  return SETS.includes(policy);
}

function checkNumber(policy: string, members: number): void {
  const most = LARGE.includes(policy) ? MAX_MEMBERS : MAX_ITEMS;
  if (members <= most) return;
  const numbers = `at most ${most.toLocaleString("en")} futures; these are ${members}`;
  throw new BadRequestError([{ field: "of", message: `${policy} takes ${numbers}` }]);
}

/** The members are born with it, in one request if that takes them all. */
async function makeWith(api: Api, calls: readonly TaskCall[], fields: Fields): Promise<Made> {
  const { policy, id, ...options } = fields;
  const pages = chunks(taskTexts(calls));
  const [page] = pages;
  if (page && pages.length === 1) {
    const field = policy as "gather" | "taskGroup";
    const body = batchBody(page.texts, { field, options: { id, ...options } });
    const { value } = await api.postText<Batch>("/tasks/batch", body);
    const members = value.futures.map((future) => new FutureHandle(api, future.id, future));
    return { id, members, known: value[field] };
  }
  const known = await makeInPages(api, { ...fields, members: "tasks" }, pages, calls.length);
  return { id, members: calls.map((_, index) => new FutureHandle(api, `${id}.${index}`)), known };
}

/** The members exist, or are submitted first. */
async function makeOver(api: Api, given: readonly Member[], fields: Fields): Promise<Made> {
  const { id, policy } = fields;
  const members = await handlesOf(api, given);
  const all = members.map((member) => member.id);
  const of = isSet(policy) ? [...new Set(all)] : all;
  try {
    const known =
      of.length > MAX_ITEMS
        ? await makeOverPages(api, fields, of)
        : await api.post<Future>("/aggregates", { ...fields, of });
    return { id, members, known };
  } catch (error) {
    // Without the repeats it was counted otherwise.
    throw renumbered(error, "of", (index) => {
      return of === all ? index : all.indexOf(of[index] as string);
    });
  }
}

function makeOverPages(api: Api, fields: Fields, of: readonly string[]): Promise<Future> {
  const pages = chunks(of.map((id) => JSON.stringify(id)));
  return makeInPages(api, { ...fields, members: "futures" }, pages, of.length);
}

async function makeInPages(
  api: Api,
  fields: OpenFields,
  pages: readonly Chunk[],
  size: number,
): Promise<Future> {
  const opened = await Opened.open(api, fields);
  try {
    await opened.add(pages);
    return await opened.seal(size);
  } catch (error) {
    await opened.abandon(error);
    throw error;
  }
}
