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
