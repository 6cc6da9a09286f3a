/**
 * Opens aggregates by hand: what `forerun.open` does.
 */
import { v7 as newId } from "uuid";
import type { FirstOptions, GatherOptions, TimedOptions, WaitOptions } from "./aggregateOptions.ts";
import { isSet } from "./aggregates.ts";
import type { Api } from "./api.ts";
import { AsCompletedHandle } from "./asCompletedHandle.ts";
import { GatherHandle } from "./gatherHandle.ts";
import { OpenGroup } from "./group.ts";
import { FutureIntake, type Intake, TaskIntake } from "./intake.ts";
import type { HandleClass } from "./making.ts";
import type { Awaitable } from "./members.ts";
import { Opened } from "./opened.ts";
import type { TaskCall } from "./task.ts";
import { WaitHandle } from "./waitHandle.ts";

/** How an aggregate is opened, whatever its policy. */
export interface OpenOptions<K extends MembersKind> {
  /**
   * What it takes: tasks, which are born with it and cost least, or futures that exist.
   * @default "tasks"
   */
  members?: K | undefined;
  /** Seconds, from 1 to 86,400, after which it fails unless it is sealed. @default 3600 */
  sealWithinSeconds?: number | undefined;
  /** The aggregate's id. @default a new UUIDv7 */
  id?: string | undefined;
}

/** What an open aggregate takes. */
export type MembersKind = "tasks" | "futures";

/** By the kind of its members. */
export type OpenMember<K extends MembersKind> = K extends "tasks" ? TaskCall : Awaitable;

/** By its policy: the options that it has, and the handle that it becomes. */
export interface OpenPolicies {
  gather: { options: GatherOptions; handle: GatherHandle<unknown[]> };
  wait: { options: WaitOptions; handle: WaitHandle<unknown> };
  asCompleted: { options: TimedOptions; handle: AsCompletedHandle<unknown> };
  taskGroup: { options: { id?: string }; handle: GatherHandle<unknown[]> };
  any: { options: FirstOptions; handle: GatherHandle<unknown> };
  race: { options: FirstOptions; handle: GatherHandle<unknown> };
}

const HANDLES: { [P in keyof OpenPolicies]: HandleClass<OpenPolicies[P]["handle"]> } = {
  gather: GatherHandle,
  wait: WaitHandle,
  asCompleted: AsCompletedHandle,
  taskGroup: GatherHandle,
  any: GatherHandle,
  race: GatherHandle,
};

export async function openAggregate<P extends keyof OpenPolicies, K extends MembersKind>(
  api: Api,
  policy: P,
  options: OpenPolicies[P]["options"] & OpenOptions<K>,
): Promise<OpenGroup<OpenMember<K>, OpenPolicies[P]["handle"]>> {
  const { id = newId(), members = "tasks" } = options;
  const opened = await Opened.open(api, { ...options, policy, id, members });
  const intake =
    members === "tasks"
      ? new TaskIntake(api, opened)
      : new FutureIntake(api, opened, isSet(policy));
  return new OpenGroup(api, opened, intake as Intake<OpenMember<K>>, HANDLES[policy]);
}
