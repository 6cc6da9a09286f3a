/**
 * Who may do what.
 */
import { describe, expect, test } from "vitest";
import { all, lambda, target } from "./support/resources.ts";
import { actions, statements } from "./support/statements.ts";
import { templates, VARIANTS } from "./support/variants.ts";

const made = templates(...VARIANTS);

/** Statements with a wildcard, as `Effect Action on Resource`, each with the reason. */
const WILDCARDS: Record<string, string> = {
  "Deny sqs:* on a resource": "a queue's policy refuses whatever does not come by TLS",
  "Deny s3:* on a resource": "the bucket's policy does the same",
  "Deny s3:* on a resource/*": "and for what is in it",
  ...Object.fromEntries(
    [
      "PutObject on a resource/inputs/*",
      "GetObject on a resource/inputs/*",
      "DeleteObject on a resource/inputs/*",
      "PutObject on a resource/results/*",
      "PutObjectTagging on a resource/results/*",
      "GetObject on a resource/results/*",
    ].map((each) => [`Allow s3:${each}`, "objects have no names before they are put"]),
  ),
  "Allow xray:PutTraceSegments on *": "X-Ray knows no resources",
  "Allow xray:PutTelemetryRecords on *": "X-Ray knows no resources",
  ...Object.fromEntries(
    [
      "CreateNetworkInterface",
      "DescribeNetworkInterfaces",
      "DescribeSubnets",
      "DeleteNetworkInterface",
      "AssignPrivateIpAddresses",
      "UnassignPrivateIpAddresses",
    ].flatMap((action) => [
      [`Allow ec2:${action} on *`, "Lambda attaches functions to a VPC; it knows no resources"],
      [`Deny ec2:${action} on *`, "the function's own code does not"],
    ]),
  ),
};

/** Asks for the promise's own token; a private API has no people to send links to. */
const APPROVALS = "POST /approvals/{id}";

/** Variants of which anybody may call every route. */
const PUBLIC: Partial<Record<(typeof VARIANTS)[number], string>> = {
  open: 'the property auth says "open-to-everybody"',
};

describe.each(VARIANTS)("%s", (name) => {
  const template = made[name];
  const roles = all(template, "AWS::IAM::Role");

  test("no statement has a wildcard without a reason", () => {
    const wild = statements(template).filter((each) => each.includes("*"));
    expect(wild.filter((each) => !(each in WILDCARDS))).toEqual([]);
  });

  test("roles have no managed policies, and are for Lambda only", () => {
    for (const { is } of roles) {
      expect(is.ManagedPolicyArns).toBeUndefined();
      const [assume, ...others] = is.AssumeRolePolicyDocument.Statement;
      expect([assume.Principal, others]).toEqual([{ Service: "lambda.amazonaws.com" }, []]);
    }
  });

  test("every permission to call a function says from where", () => {
    for (const { id, is } of all(template, "AWS::Lambda::Permission")) {
      expect(is.SourceArn, id).toBeDefined();
    }
  });

  test("no route is public by accident", () => {
    const routes = ["AWS::ApiGatewayV2::Route", "AWS::ApiGateway::Method"].flatMap((type) =>
      all(template, type),
    );
    const open = routes.filter(({ is }) => (is.AuthorizationType ?? "NONE") === "NONE");
    expect(routes.length).toBeGreaterThan(1);
    if (name in PUBLIC) expect(open).toEqual(routes);
    else expect(open.map(({ is }) => is.RouteKey)).toEqual(name === "private" ? [] : [APPROVALS]);
  });

  test("the API's access log is JSON, and holds nothing of headers, queries or bodies", () => {
    const [stage] = ["AWS::ApiGatewayV2::Stage", "AWS::ApiGateway::Stage"].flatMap((type) =>
      all(template, type),
    );
    const settings = stage?.is.AccessLogSettings ?? stage?.is.AccessLogSetting;
    const { Format, DestinationArn } = settings;
    expect(Object.keys(JSON.parse(Format))).toEqual(
      expect.arrayContaining(["requestId", "route", "status", "latency", "caller"]),
    );
    expect(Format).not.toMatch(/header|querystring|body|\$context\.path|token/i);
    expect(all(template, "AWS::Logs::LogGroup").map(({ id }) => id)).toContain(
      target(DestinationArn),
    );
  });
});

test("reads only read", () => {
  const role = target(lambda(made.production, "Wait").is.Role);
  const allowed = all(made.production, "AWS::IAM::Policy")
    .filter(({ is }) => is.Roles.map(target).includes(role))
    .flatMap(({ is }) => is.PolicyDocument.Statement.flatMap(actions));
  expect(allowed.filter((each) => /^(dynamodb|sqs):/.test(each)).sort()).toEqual([
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
  ]);
});
