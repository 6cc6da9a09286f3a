import { describe, expect, test } from "vitest";
import { evaluate, type Question } from "../../local/iam/evaluate.ts";
import type { Statement } from "../../local/iam/statement.ts";

const ROLE = "arn:aws:iam::000000000000:role/worker";
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs";

const asked: Question = {
  principal: { kind: "AWS", name: ROLE },
  action: "sqs:SendMessage",
  resource: QUEUE,
  context: { "aws:securetransport": "true", "aws:principalarn": ROLE },
};

function statement(given: Partial<Statement>): Statement {
  const rest = { conditions: [], principals: undefined };
  return {
    id: "P[0]",
    effect: "Allow",
    actions: ["sqs:SendMessage"],
    resources: [QUEUE],
    ...rest,
    ...given,
  };
}

const outcome = (identity: Statement[], resource: Statement[] = [], question = asked) => {
  const verdict = evaluate({ identity, resource }, question);
  return verdict.allowed ? "allowed" : verdict.why;
};

describe("a single statement", () => {
  test.each<[string, Partial<Statement>, string]>([
    ["the very action and resource", {}, "allowed"],
    ["another action", { actions: ["sqs:DeleteMessage"] }, "no allow"],
    ["another resource", { resources: [`${QUEUE}-dead`] }, "no allow"],
    ["no prefix counts as a match", { resources: [QUEUE.slice(0, -1)] }, "no allow"],
    ["one of several actions", { actions: ["sqs:DeleteMessage", "sqs:SendMessage"] }, "allowed"],
    ["one of several resources", { resources: [`${QUEUE}2`, QUEUE] }, "allowed"],
    ["an action in another case", { actions: ["SQS:sendmessage"] }, "allowed"],
    ["a resource in another case", { resources: [QUEUE.toUpperCase()] }, "no allow"],
    ["an action by *", { actions: ["sqs:Send*"] }, "allowed"],
    ["an action by ?", { actions: ["sqs:?endMessage"] }, "allowed"],
    ["? is one character, not none", { actions: ["sqs:SendMessage?"] }, "no allow"],
    ["all actions of a service", { actions: ["sqs:*"] }, "allowed"],
    ["all actions of another service", { actions: ["dynamodb:*"] }, "no allow"],
    ["everything", { actions: ["*"], resources: ["*"] }, "allowed"],
    ["a resource by *", { resources: ["arn:aws:sqs:*:*:jobs"] }, "allowed"],
    ["a dot in a pattern is a dot", { resources: [QUEUE.replace("jobs", "j.bs")] }, "no allow"],
    ["an explicit deny", { effect: "Deny" }, "identity-based deny"],
    ["a deny of something else", { effect: "Deny", actions: ["sqs:Purge*"] }, "no allow"],
  ])("%s", (_, given, expected) => {
    expect(outcome([statement(given)])).toBe(expected);
  });
});

test("without a statement nothing is allowed", () => {
  expect(outcome([])).toBe("no allow");
});

describe("several statements", () => {
  const deny = statement({ id: "P[1]", effect: "Deny", actions: ["sqs:*"] });

  test("any allow will do", () => {
    expect(outcome([statement({ actions: ["sqs:DeleteMessage"] }), statement({})])).toBe("allowed");
  });

  test("a deny wins, wherever it stands", () => {
    expect(outcome([deny, statement({})])).toBe("identity-based deny");
    expect(outcome([statement({}), deny])).toBe("identity-based deny");
  });

  test("what the resource allows needs no allow of the role", () => {
    const principals = [{ kind: "AWS" as const, name: ROLE }];
    expect(outcome([], [statement({ principals })])).toBe("allowed");
    const other = [{ kind: "AWS" as const, name: `${ROLE}-2` }];
    expect(outcome([], [statement({ principals: other })])).toBe("no allow");
  });

  test("what the resource denies no role may", () => {
    const principals = [{ kind: "AWS" as const, name: "*" }];
    expect(outcome([statement({})], [{ ...deny, principals }])).toBe("resource-based deny");
  });

  test("a service is let in by its name only", () => {
    const principal = { kind: "Service" as const, name: "events.amazonaws.com" };
    const question = { ...asked, principal };
    expect(outcome([], [statement({ principals: [principal] })], question)).toBe("allowed");
    const lambda = { ...principal, name: "lambda.amazonaws.com" };
    expect(outcome([], [statement({ principals: [lambda] })], question)).toBe("no allow");
  });

  test("the verdict names each action and resource that allows, as written", () => {
    const wide = statement({ id: "P[1]", actions: ["sqs:*"], resources: ["*"] });
    expect(evaluate({ identity: [statement({}), wide], resource: [] }, asked)).toEqual({
      allowed: true,
      by: [
        { statement: "P[0]", action: "sqs:SendMessage", resource: QUEUE },
        { statement: "P[1]", action: "sqs:*", resource: "*" },
      ],
    });
  });
});

describe("conditions", () => {
  const key = "aws:principalarn";
  test.each<[string, string, string[], string, string]>([
    ["Bool", "aws:securetransport", ["true"], "allowed", "Bool"],
    ["Bool of another value", "aws:securetransport", ["false"], "no allow", "Bool"],
    ["any of the values", key, ["x", ROLE], "allowed", "StringEquals"],
    ["StringEquals knows no wildcard", key, ["arn:*"], "no allow", "StringEquals"],
    ["StringLike does", key, ["arn:*worker"], "allowed", "StringLike"],
    ["StringNotEquals of none of the values", key, ["x", "y"], "allowed", "StringNotEquals"],
    ["StringNotEquals of one of them", key, ["x", ROLE], "no allow", "StringNotEquals"],
    ["ArnLike by section", key, ["arn:aws:iam::*:role/*"], "allowed", "ArnLike"],
    [
      "no wildcard of an ARN goes beyond its section",
      key,
      ["arn:*:role/worker"],
      "no allow",
      "ArnLike",
    ],
    ["an absent key", "aws:sourcearn", ["*"], "no allow", "ArnLike"],
    ["an absent key with IfExists", "aws:sourcearn", ["x"], "allowed", "ArnLikeIfExists"],
    ["an absent key that is excluded", "aws:sourcearn", ["x"], "allowed", "StringNotEquals"],
  ])("%s", (_, conditionKey, values, expected, operator) => {
    const conditions = [{ operator, key: conditionKey, values }];
    expect(outcome([statement({ conditions })])).toBe(expected);
  });

  test("all must hold", () => {
    const conditions = [
      { operator: "StringEquals", key, values: [ROLE] },
      { operator: "Bool", key: "aws:securetransport", values: ["false"] },
    ];
    expect(outcome([statement({ conditions })])).toBe("no allow");
  });
});
