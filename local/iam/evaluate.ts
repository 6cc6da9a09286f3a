/**
 * IAM's decision on one action on one resource, inside one account: an explicit deny wins, then any
 * allow of the role's or the resource's policies; without one the answer is no.
 */
import { ACCOUNT } from "../identity.ts";
import { holds, type RequestContext } from "./conditions.ts";
import type { Principal, Statement } from "./statement.ts";
import { fits, fitsAction } from "./wildcard.ts";

export interface Question {
  /** Whoever asks: the ARN of a role, or the name of a service. */
  principal: Principal;
  /** E.g. `sqs:SendMessage`. */
  action: string;
  /** ARN, or `*` for an action that knows no resource. */
  resource: string;
  context: RequestContext;
}

/** The part of an Allow that let something through: one action on one resource, as written. */
export interface Match {
  statement: string;
  action: string;
  resource: string;
}

export type Verdict =
  | { allowed: true; by: readonly Match[] }
  | { allowed: false; why: Refusal; statement?: string };

/** Which kind of policy refused, or that none allows. */
export type Refusal = "no allow" | "identity-based deny" | "resource-based deny";

export interface PolicySet {
  /** Of the principal, if it is a role. */
  identity: readonly Statement[];
  /** Of the resource, if it has a policy. */
  resource: readonly Statement[];
}

/** @param removed whether a part of a statement is to be taken as absent */
export function evaluate(
  policies: PolicySet,
  question: Question,
  removed: (match: Match) => boolean = () => false,
): Verdict {
  const identity = policies.identity.filter((each) => applies(each, question));
  const resource = policies.resource.filter((each) => applies(each, question));
  const denies = ({ effect, ...rest }: Statement) =>
    effect === "Deny" && matches({ effect, ...rest }, question).length > 0;
  const refusing = identity.find(denies);
  if (refusing) return { allowed: false, why: "identity-based deny", statement: refusing.id };
  const closed = resource.find(denies);
  if (closed) return { allowed: false, why: "resource-based deny", statement: closed.id };
  const by = [...identity, ...resource]
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) => matches(statement, question))
    .filter((match) => !removed(match));
  return by.length > 0 ? { allowed: true, by } : { allowed: false, why: "no allow" };
}

/** Whether a statement concerns the principal, and its conditions hold. */
function applies({ principals, conditions }: Statement, { principal, context }: Question): boolean {
  const concerns = principals?.some((each) => means(each, principal)) ?? true;
  return concerns && conditions.every((condition) => holds(condition, context));
}

/** `*`, and the account by itself, mean every role of it. */
function means(written: Principal, asking: Principal): boolean {
  if (written.kind === "AWS" && written.name === "*") return true;
  if (written.kind !== asking.kind) return false;
  if (written.name === asking.name) return true;
  return written.kind === "AWS" && [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`].includes(written.name);
}

function matches({ id, actions, resources }: Statement, question: Question): Match[] {
  const fitting = resources.filter((resource) => fits(resource, question.resource));
  if (fitting.length === 0) return [];
  return actions
    .filter((action) => fitsAction(action, question.action))
    .flatMap((action) => fitting.map((resource) => ({ statement: id, action, resource })));
}
