/**
 * Aggregates over futures that exist, aggregates among them.
 */
import {
  type AggregateKind,
  cancelsRest,
  type Policy,
  type ReturnWhen,
} from "../../../core/policies.ts";
import { createAggregate } from "../../../core/usecases/createAggregate.ts";
import type { Random } from "../random.ts";
import type { Workload } from "./workload.ts";

const KINDS: AggregateKind[] = [
  ...["gather", "gather", "gather", "wait", "wait", "wait"],
  ...["waitFor", "shield", "asCompleted", "taskGroup", "any", "race", "some"],
] as AggregateKind[];
const TIMED: AggregateKind[] = ["wait", "waitFor", "asCompleted"];
const RETURN_WHEN: ReturnWhen[] = ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"];

/** Whether it may cancel its members although nobody asked it to. */
export function mayCancel(policy: Policy): boolean {
  return ["waitFor", "taskGroup"].includes(policy.of) || cancelsRest(policy);
}

interface Drawing {
  /** @default all of them */
  kinds?: readonly AggregateKind[];
  /** How often it is one over more members than its item holds the ids of. @default 0.03 */
  large?: number;
}

export async function aggregate(
  workload: Workload,
  { kinds = KINDS, large = 0.03 }: Drawing = {},
): Promise<void> {
  const { random } = workload.env;
  const kind = random.pick(kinds);
  const one = kind === "waitFor" || kind === "shield";
  const many = random.chance(large) ? random.whole(30, 60) : random.whole(1, 6);
  const of = workload.some(one ? 1 : many, (each) => !each.open);
  if (of.length === 0) return;
  // asyncio's gather takes the same future twice.
  if (kind === "gather" && random.chance(0.1)) of.push(random.pick(of));
  const id = workload.known.newId(kind);
  const known = workload.known.learn({ id, kind, priorities: [] });
  // Drawn once: a repeat must be the same request.
  const policy = drawPolicy(random, kind, of.length);
  const timed = TIMED.includes(kind) && random.chance(0.4);
  const request = { id, of, policy, ...(timed ? { timeoutSeconds: random.whole(0, 20) } : {}) };
  if (mayCancel(policy)) for (const each of of) workload.known.requestCancel(each);
  await workload.make(known, "createAggregate", (ports) => createAggregate(ports, request));
}

/** A wait, so that several settle while it is being decided. */
export function aWait(workload: Workload): Promise<void> {
  return aggregate(workload, { kinds: ["wait"] });
}

/** An aggregate whose members' ids stand beside its item. */
export function largeAggregate(workload: Workload): Promise<void> {
  return aggregate(workload, { large: 1 });
}

export function drawPolicy(random: Random, of: AggregateKind, members: number): Policy {
  switch (of) {
    case "gather":
      return { of, returnExceptions: random.chance(0.5) };
    case "wait":
      return { of, returnWhen: random.pick(RETURN_WHEN) };
    case "any":
    case "race":
      return { of, cancelRest: random.chance(0.5) };
    case "some":
      return { of, count: random.whole(1, members), cancelRest: random.chance(0.5) };
    default:
      return { of };
  }
}
