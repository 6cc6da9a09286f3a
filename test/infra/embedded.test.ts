/**
 * A deployment with every option runs on the embedded cloud: what is left out there has a reason.
 */
import { Stack } from "aws-cdk-lib";
import { type IVpc, Vpc } from "aws-cdk-lib/aws-ec2";
import { Key } from "aws-cdk-lib/aws-kms";
import { expect, test } from "vitest";
import { Forerun } from "../../infra/forerun.ts";
import { readAssembly } from "../../local/template/assembly.ts";
import { readBlueprint } from "../../local/template/blueprint.ts";
import { BOUNDARY, TASKS, temporaryApp } from "./support/variants.ts";

test("with key, VPC, tokens, boundary and limits", () => {
  const { app, remove } = temporaryApp();
  const stack = new Stack(app, "Guarded");
  new Forerun(stack, "Forerun", {
    tasks: TASKS,
    stage: "prod",
    auth: { jwt: { issuer: "https://id.example.com", audience: ["forerun"], scopes: ["run"] } },
    encryptionKey: new Key(stack, "Key"),
    vpc: Vpc.fromVpcAttributes(stack, "Vpc", {
      vpcId: "vpc-0123456789abcdef0",
      availabilityZones: ["eu-west-1a"],
      privateSubnetIds: ["subnet-0123456789abcdef0"],
    }) as IVpc,
    permissionsBoundary: BOUNDARY,
    apiConcurrency: 20,
  });
  const { directory } = app.synth();
  const at = { gateway: "http://127.0.0.1:1", api: "http://127.0.0.1:2" };
  const blueprint = readBlueprint(readAssembly(directory), at);
  remove();
  expect(blueprint.functions.map(({ reservedConcurrency }) => reservedConcurrency)).toContain(20);
  const kinds = new Set(blueprint.api.routes.map((each) => each.authorization));
  expect(kinds).toEqual(new Set(["JWT", "NONE"]));
}, 120_000);
