/**
 * What the security options make of the template.
 */
import type { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { all, label } from "./support/resources.ts";
import { actions, type Statement } from "./support/statements.ts";
import { BOUNDARY, templates } from "./support/variants.ts";

const TABLE = "AWS::DynamoDB::Table";

const { defaults, production, guarded } = templates("defaults", "production", "guarded");

test("a token's issuer, audience and scopes are asked for", () => {
  guarded.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
    AuthorizerType: "JWT",
    JwtConfiguration: { Issuer: "https://id.example.com", Audience: ["forerun"] },
  });
  for (const { is } of all(guarded, "AWS::ApiGatewayV2::Route")) {
    const isPublic = is.RouteKey === "POST /approvals/{id}";
    const wanted = isPublic ? ["NONE", undefined] : ["JWT", ["run"]];
    expect([is.AuthorizationType, is.AuthorizationScopes]).toEqual(wanted);
  }
});

test("each call has limits of its own, none above those for all; the stage waits for them", () => {
  const limits = (template: Template) => {
    const [stage] = Object.values(template.findResources("AWS::ApiGatewayV2::Stage"));
    const routes = all(template, "AWS::ApiGatewayV2::Route");
    const settings = stage?.Properties.RouteSettings as Record<string, Record<string, number>>;
    for (const key of Object.keys(settings)) {
      const route = routes.find(({ is }) => is.RouteKey === key);
      expect(stage?.DependsOn, key).toContain(route?.id);
    }
    return Object.fromEntries(
      Object.entries(settings).map(([key, each]) => [
        key,
        [each.ThrottlingRateLimit, each.ThrottlingBurstLimit],
      ]),
    );
  };
  expect(limits(defaults)).toEqual({
    "POST /tasks": [1000, 2000],
    "POST /tasks/batch": [200, 400],
    "GET /futures": [500, 1000],
    "GET /futures/{id}": [1000, 2000],
    "GET /futures/{id}/results": [500, 1000],
    "GET /futures/{id}/reports": [500, 1000],
    "GET /futures/{id}/tree": [500, 1000],
    "POST /approvals/{id}": [10, 20],
  });
  expect(limits(guarded)).toMatchObject({
    "POST /tasks": [70, 100],
    "GET /futures": [50, 100],
    "POST /approvals/{id}": [10, 20],
  });
});

test("no page of another origin may call the API unless it is named", () => {
  const cors = (template: Template) =>
    all(template, "AWS::ApiGatewayV2::Api")[0]?.is.CorsConfiguration;
  expect(cors(defaults)).toBeUndefined();
  expect(cors(guarded)).toEqual({
    AllowOrigins: ["https://example.com"],
    AllowMethods: ["POST"],
    AllowHeaders: ["content-type", "authorization"],
    MaxAge: 3600,
  });
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
    // EventBridge may not use the key, and a tick of the schedule holds nothing.
    ...all(guarded, "AWS::SQS::Queue")
      .filter(({ id }) => !/SweepDead/.test(id))
      .map(({ is }) => is.KmsMasterKeyId),
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
    // The pool has a VPC of its own, with one subnet.
    const subnets = label(id) === "HeavyWorker" ? 1 : 2;
    expect(is.VpcConfig?.SubnetIds, label(id)).toHaveLength(subnets);
  }
});

test("a boundary bounds every role", () => {
  for (const { is } of all(guarded, "AWS::IAM::Role")) {
    expect(is.PermissionsBoundary).toBe(BOUNDARY);
  }
});
