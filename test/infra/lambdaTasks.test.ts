import { describe, expect, it } from "vitest";
import {
  addLambdaTasks,
  functionsOf,
  type LambdaTasks,
  lambdaEnvironment,
} from "../../infra/lambdaTasks.ts";

const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:resize:live";
const MANIFEST = { tasks: { own: { timeoutSeconds: 60 } } };

describe("tasks that are Lambda functions", () => {
  it("stand in the manifest beside the others, and in the environment of their pool only", () => {
    const tasks: LambdaTasks = {
      resize: { lambda: ARN, retry: { maxAttempts: 1 }, event: true },
      scan: { lambda: ARN, pool: "heavy", timeoutSeconds: 9, input: { type: "object" } },
    };
    expect(addLambdaTasks(MANIFEST, tasks).tasks).toEqual({
      own: { timeoutSeconds: 60 },
      resize: { timeoutSeconds: 60, event: true },
      scan: { timeoutSeconds: 9, pool: "heavy", input: { type: "object" } },
    });
    expect(functionsOf(tasks, "heavy")).toEqual([ARN]);
    expect(functionsOf(tasks, "other")).toEqual([]);
    const { FORERUN_LAMBDA_TASKS = "" } = lambdaEnvironment(tasks, "default");
    expect(JSON.parse(FORERUN_LAMBDA_TASKS)).toEqual({
      resize: { arn: ARN, timeoutSeconds: 60, retry: { maxAttempts: 1 } },
    });
    expect(lambdaEnvironment(tasks, "other")).toEqual({});
  });

  it.each<[string, LambdaTasks]>([
    ["lambdaTasks.own: a task of the tasks file", { own: { lambda: ARN } }],
    ["lambdaTasks.a b: use 1 to 64", { "a b": { lambda: ARN } }],
    ['lambdaTasks.a.lambda: "resize" is no ARN', { a: { lambda: "resize" } }],
    ["lambdaTasks.a.timeoutSeconds: it is 900", { a: { lambda: ARN, timeoutSeconds: 900 } }],
    [
      "lambdaTasks.a.retry.maxAttempts: it is 0; use 1 to 100",
      { a: { lambda: ARN, retry: { maxAttempts: 0 } } },
    ],
    ["lambdaTasks.a.input: it is no JSON Schema", { a: { lambda: ARN, input: { type: "text" } } }],
    [
      "lambdaTasks: there are 11; at most 10",
      Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, { lambda: ARN }])),
    ],
  ])("are refused at synthesis by name: %s", (message, tasks) => {
    expect(() => addLambdaTasks(MANIFEST, tasks)).toThrow(`Forerun's property ${message}`);
  });
});
