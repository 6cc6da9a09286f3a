/**
 * What CloudFormation, CDK's rules and cdk-nag say about the templates: nothing.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { CfnQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addChecks } from "../../infra/checks.ts";
import { checkSchemas } from "./support/schemas.ts";
import { temporaryApp, VARIANTS, variants } from "./support/variants.ts";

interface Report {
  pluginReports: {
    pluginName: string;
    conclusion: string;
    violations: {
      ruleName: string;
      description: string;
      violatingConstructs: { constructPath: string }[];
    }[];
  }[];
}

const REPORT = "validation-report.json";

const { app, remove } = temporaryApp();
const templates: Record<string, { Resources: Record<string, unknown> }> = {};
let report: Report | undefined;

beforeAll(() => {
  addChecks(app);
  const stacks = variants(app, VARIANTS);
  try {
    app.synth();
  } catch (error) {
    // Findings are in the report, which the tests tell one by one.
    if (!existsSync(join(app.outdir, REPORT))) throw error;
  }
  const read = (file: string) => JSON.parse(readFileSync(join(app.outdir, file), "utf8"));
  report = read(REPORT);
  for (const name of VARIANTS) templates[name] = read(stacks[name].templateFile);
}, 300_000);

afterAll(remove);

describe("the checks of `npm run synth`", () => {
  test.each(["AwsSolutions", "CloudFormation Validate"])("%s finds nothing", (plugin) => {
    const found = report?.pluginReports.filter(({ pluginName }) => pluginName === plugin) ?? [];
    const lines = found.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, description, violatingConstructs }) =>
        violatingConstructs.map((each) => `${each.constructPath}: ${ruleName} ${description}`),
      ),
    );
    expect(lines).toEqual([]);
  });

  test("would find something", () => {
    const careless = temporaryApp();
    addChecks(careless.app);
    const stack = new Stack(careless.app, "Careless");
    new Queue(stack, "Plain");
    // SQS takes 43,200 at most.
    new CfnQueue(stack, "Wrong", { visibilityTimeout: 43_201 });
    const report =
      /AwsSolutions-SQS3[\s\S]*CloudFormation Validate|CloudFormation Validate[\s\S]*AwsSolutions-SQS3/;
    expect(() => careless.app.synth()).toThrow(report);
    careless.remove();
  }, 120_000);
});

describe("the schemas of CloudFormation", () => {
  test.each(VARIANTS)("fit the template: %s", (name) => {
    expect(checkSchemas(templates[name]?.Resources ?? {})).toEqual([]);
  });

  test("name what is missing, unknown, of a wrong type or not allowed", () => {
    const queue = { VisibilityTimeout: "60", Shiny: true };
    const lambda = {
      Role: "arn",
      Code: { S3Bucket: "bucket", Zip: "code" },
      RecursiveLoop: "Always",
      Layers: "layer",
    };
    const wrong = {
      Queue: { Type: "AWS::SQS::Queue", Properties: queue },
      Run: { Type: "AWS::Lambda::Function", Properties: lambda },
      Map: { Type: "AWS::Lambda::EventSourceMapping", Properties: {} },
      Else: { Type: "AWS::SQS::Heap" },
    };
    expect(checkSchemas(wrong)).toEqual([
      'Queue (AWS::SQS::Queue) VisibilityTimeout: it is "60"; it must be a whole number',
      "Queue (AWS::SQS::Queue) Shiny: there is no such property",
      "Run (AWS::Lambda::Function) Code.Zip: there is no such property",
      'Run (AWS::Lambda::Function) RecursiveLoop: it is "Always"; it must be one of Allow, Terminate',
      'Run (AWS::Lambda::Function) Layers: it is "layer"; it must be a list',
      "Map (AWS::Lambda::EventSourceMapping) FunctionName: it is required, and missing",
      "Else: CloudFormation knows no AWS::SQS::Heap",
    ]);
  });
});
