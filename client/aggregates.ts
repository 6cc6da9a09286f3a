/**
 * Makes aggregates: what `Forerun`'s methods do.
 */
import { v7 as newId } from "uuid";
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { batchBody, taskTexts } from "./batch.ts";
import { FutureHandle } from "./handle.ts";
import { type Awaitable, isCall, type Member } from "./members.ts";
import { type Batch, submitMany } from "./submit.ts";

/** An aggregate that was made, and its members in argument order. */
export interface Made {
  id: string;
  members: FutureHandle[];
  known: Future | undefined;
}

/** What `POST /aggregates` takes besides the members. */
export type AggregateFields = { policy: string; id?: string | undefined } & Record<string, unknown>;

/** Policies whose members can be born with them, in one request. */
const BORN = { gather: "gather", taskGroup: "taskGroup" } as const;

/** Members that are yet to be submitted are submitted; if all are, they are born with it. */
export async function makeAggregate(
  api: Api,
  given: readonly Member[],
  { policy, id = newId(), ...fields }: AggregateFields,
): Promise<Made> {
  const calls = given.filter(isCall);
  const field = BORN[policy as keyof typeof BORN];
  if (field && calls.length > 0 && calls.length === given.length && calls.every((c) => !c.id)) {
    const body = batchBody(taskTexts(calls), { field, options: { id, ...fields } });
    const { value } = await api.postText<Batch>("/tasks/batch", body);
    const members = value.futures.map((future) => new FutureHandle(api, future.id, future));
    return { id, members, known: value[field] };
  }
  const members = await membersOf(api, given);
  const of = members.map((member) => member.id);
  const known = await api.post<Future>("/aggregates", { policy, id, of, ...fields });
  return { id, members, known };
}

async function membersOf(api: Api, given: readonly Member[]): Promise<FutureHandle[]> {
  const calls = given.filter(isCall);
  const awaitables = given.filter((member): member is Awaitable => !isCall(member));
  const [submitted, others] = await Promise.all([
    calls.length === 0 ? [] : submitMany(api, calls),
    Promise.all(
      awaitables.map((each) => (typeof each === "string" ? new FutureHandle(api, each) : each)),
    ),
  ]);
  return given.map((each) => (isCall(each) ? submitted : others).shift() as FutureHandle);
}
