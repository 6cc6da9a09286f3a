import { afterEach, describe, expect, test } from "vitest";
import { readAssembly } from "../../local/template/assembly.ts";
import { readBlueprint } from "../../local/template/blueprint.ts";
import {
  api,
  lambda,
  mapping,
  type Part,
  queue,
  schedule,
  writeAssembly,
} from "./fixtures/assembly.ts";

const at = { gateway: "http://127.0.0.1:1", api: "http://127.0.0.1:2" };
const written: { remove(): void }[] = [];
afterEach(() => {
  for (const each of written.splice(0)) each.remove();
});

function read(parts: Record<string, Part>, outputs: Record<string, { Value: unknown }> = {}) {
  const assembly = writeAssembly(parts, outputs);
  written.push(assembly);
  return readBlueprint(readAssembly(assembly.directory), at);
}

describe("what this machine would not run as AWS does is refused", () => {
  test("a resource type that is not known, by its logical id", () => {
    expect(() => read({ News: { Type: "AWS::Kinesis::Stream" } })).toThrow(
      /News: .*does not know AWS::Kinesis::Stream.*supported\.ts/,
    );
  });

  test("a property that is not known, by its name", () => {
    expect(() => read({ Work: queue({ Shiny: true }) })).toThrow(/Work: .*property Shiny/);
  });

  test("a nested property that is not known", () => {
    const scaling = { ScalingConfig: { MinimumPollers: 2 } };
    expect(() =>
      read({ Work: queue(), Run: lambda("echo"), Map: mapping("Work", "Run", scaling) }),
    ).toThrow(/Map: ScalingConfig\.MinimumPollers/);
  });

  test("an intrinsic function that is not known", () => {
    const name = { "Fn::ImportValue": "elsewhere" };
    expect(() => read({ Work: queue({ QueueName: name }) })).toThrow(/Work: .*Fn::ImportValue/);
  });

  test("a reference to what is not there", () => {
    expect(() => read({ Map: mapping("Nowhere", "Run") })).toThrow(/Map: .*Nowhere/);
  });

  test("a route whose function API Gateway may not invoke", () => {
    const { PermissionRun: _, ...parts } = api({ $default: "Run" });
    expect(() => read({ Run: lambda("echo"), ...parts })).toThrow(
      /Integration0: .*AWS::Lambda::Permission.*apigateway/,
    );
  });

  test("a schedule that is not understood", () => {
    const parts = schedule("Run");
    if (parts.Rule?.Properties) parts.Rule.Properties.ScheduleExpression = "rate(soon)";
    expect(() => read({ Run: lambda("echo"), ...parts })).toThrow(/Rule: ScheduleExpression/);
  });
});

test("references resolve to this machine's addresses", () => {
  const environment = {
    URL: { Ref: "Work" },
    ARN: { "Fn::GetAtt": ["Work", "Arn"] },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
    SUB: { "Fn::Sub": ["${AWS::Region}/${Work.QueueName}/${own}/${!kept}", { own: "mine" }] },
    PICK: { "Fn::Select": [1, { "Fn::Split": [",", { "Fn::Join": [",", ["a", "b"]] }] }] },
    NONE: { Ref: "AWS::NoValue" },
  };
  const blueprint = read(
    {
      Work: queue({ QueueName: "work" }),
      Run: lambda("echo", { Environment: { Variables: environment } }),
      ...api({ $default: "Run" }),
    },
    {
      Spelled: {
        Value: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
          "Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/",
        },
      },
      Asked: { Value: { "Fn::GetAtt": ["Api", "ApiEndpoint"] } },
    },
  );
  expect(blueprint.functions[0]?.environment).toEqual({
    URL: "http://127.0.0.1:1/000000000000/work",
    ARN: "arn:aws:sqs:us-east-1:000000000000:work",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
    SUB: "us-east-1/work/mine/${kept}",
    PICK: "b",
  });
  expect(blueprint.outputs).toEqual({ Spelled: `${at.api}/`, Asked: at.api });
});
