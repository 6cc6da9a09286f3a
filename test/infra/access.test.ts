/**
 * Who may do what.
 */
import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { all, label, lambda, target } from "./support/resources.ts";
import { BOUNDARY, templates, VARIANTS } from "./support/variants.ts";

const made = templates(...VARIANTS);

/** Statements with a wildcard, as `Effect Action on Resource`, each with the reason. */
const WILDCARDS: Record<string, string> = {
  "Deny sqs:* on a resource": "a queue's policy refuses whatever does not come by TLS",
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

/** Routes that anybody may call, by variant. */
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
    const routes = all(template, "AWS::ApiGatewayV2::Route");
    const open = routes.filter(({ is }) => (is.AuthorizationType ?? "NONE") === "NONE");
    expect(routes.length).toBeGreaterThan(0);
    expect(open.length).toBe(name in PUBLIC ? routes.length : 0);
  });

  test("the API's access log is JSON, and holds nothing of headers, queries or bodies", () => {
    const [stage] = all(template, "AWS::ApiGatewayV2::Stage");
    const { Format, DestinationArn } = stage?.is.AccessLogSettings ?? {};
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
    "dynamodb:Query",
  ]);
});

describe("options", () => {
  const { defaults, production, guarded } = made;

  test("a token's issuer, audience and scopes are asked for", () => {
    guarded.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      AuthorizerType: "JWT",
      JwtConfiguration: { Issuer: "https://id.example.com", Audience: ["forerun"] },
    });
    for (const { is } of all(guarded, "AWS::ApiGatewayV2::Route")) {
      expect([is.AuthorizationType, is.AuthorizationScopes]).toEqual(["JWT", ["run"]]);
    }
  });

  test("the API is throttled", () => {
    const limits = (rate: number, burst: number) => ({
      DefaultRouteSettings: { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
    });
    defaults.hasResourceProperties("AWS::ApiGatewayV2::Stage", limits(1000, 2000));
    guarded.hasResourceProperties("AWS::ApiGatewayV2::Stage", limits(50, 100));
  });

  test("the table is protected outside of dev", () => {
    const table = (template: Template) => Object.values(template.findResources(TABLE))[0];
    for (const [template, protect] of [
      [defaults, false],
      [production, true],
    ] as const) {
      const { Properties, DeletionPolicy } = table(template) ?? {};
      expect(Properties.DeletionProtectionEnabled).toBe(protect);
      expect(Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(protect);
      expect(DeletionPolicy).toBe(protect ? "Retain" : "Delete");
    }
  });

  test("an own key encrypts all that is stored, and every function may use it", () => {
    const keys = [
      ...all(guarded, "AWS::SQS::Queue").map(({ is }) => is.KmsMasterKeyId),
      ...all(guarded, TABLE).map(({ is }) => is.SSESpecification.KMSMasterKeyId),
      ...all(guarded, "AWS::Logs::LogGroup").map(({ is }) => is.KmsKeyId),
      ...all(guarded, "AWS::Lambda::Function").map(({ is }) => is.KmsKeyArn),
    ];
    expect(new Set(keys.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(keys[0]).toBeDefined();
    const users = all(guarded, "AWS::IAM::Policy").filter(({ is }) =>
      is.PolicyDocument.Statement.some((each: Statement) =>
        actions(each).includes("kms:GenerateDataKey"),
      ),
    );
    expect(users.length).toBe(all(guarded, "AWS::IAM::Role").length);
  });

  test("functions run in the VPC", () => {
    for (const { id, is } of all(guarded, "AWS::Lambda::Function")) {
      expect(is.VpcConfig?.SubnetIds, label(id)).toHaveLength(2);
    }
  });

  test("a boundary bounds every role", () => {
    for (const { is } of all(guarded, "AWS::IAM::Role")) {
      expect(is.PermissionsBoundary).toBe(BOUNDARY);
    }
  });
});

const TABLE = "AWS::DynamoDB::Table";

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

function statements(template: Template): string[] {
  const documents = [
    ...all(template, "AWS::IAM::Policy").map(({ is }) => is.PolicyDocument),
    ...all(template, "AWS::IAM::ManagedPolicy").map(({ is }) => is.PolicyDocument),
    ...all(template, "AWS::IAM::Role").flatMap(({ is }) =>
      (is.Policies ?? []).map((each: { PolicyDocument: unknown }) => each.PolicyDocument),
    ),
    ...all(template, "AWS::SQS::QueuePolicy").map(({ is }) => is.PolicyDocument),
  ];
  return documents.flatMap(({ Statement: list }: { Statement: Statement[] }) =>
    list.flatMap((each) =>
      actions(each).flatMap((action) =>
        [each.Resource].flat().map((resource) => `${each.Effect} ${action} on ${shown(resource)}`),
      ),
    ),
  );
}

function actions({ Action }: Statement): string[] {
  return [Action].flat();
}

/** A reference is one resource; of a text, or one put together, every part counts. */
function shown(resource: unknown): string {
  const text = typeof resource === "string" ? resource : JSON.stringify(resource);
  return text.includes("*") ? text : "a resource";
}
