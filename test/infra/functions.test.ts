/**
 * The functions: what each has for itself, and what it is told.
 */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createPorts } from "../../aws/ports.ts";
import { all, behind, label, lambda, target } from "./support/resources.ts";
import { templates } from "./support/variants.ts";

const VARIANTS = ["defaults", "production", "guarded"] as const;
const made = templates(...VARIANTS);

/** Variables that some functions have alone, with the reason. */
const SPECIAL: Record<string, string> = {
  FORERUN_DEAD_QUEUES: "the sweeper alone reads dead letters",
  FORERUN_EVENT_BUS: "the settler alone publishes, and only if a task asks for events",
  FORERUN_LAMBDA_TASKS: "of workers whose pool has such tasks",
  FORERUN_LIMITS: "the api alone holds submissions back, and only if there are limits",
  FORERUN_POOL: "each worker has its own",
  FORERUN_TENANT_CLAIM: "those alone who know their callers, in deployments with tenants",
};

const SOURCES = "{core,aws,worker,functions}/**/*.ts";

describe.each(VARIANTS)("%s", (name) => {
  const template = made[name];
  const functions = all(template, "AWS::Lambda::Function");
  const days = name === "guarded" ? 90 : 30;

  test("each has a role of its own", () => {
    const roles = functions.map(({ is }) => target(is.Role));
    expect(new Set(roles).size).toBe(functions.length);
    for (const role of roles) behind(template, "AWS::IAM::Role", { Ref: role });
  });

  test("each has a log group of its own, whose logs go away", () => {
    const groups = functions.map(({ is }) => target(is.LoggingConfig.LogGroup));
    expect(new Set(groups).size).toBe(functions.length);
    for (const { is } of all(template, "AWS::Logs::LogGroup")) {
      expect(is.RetentionInDays).toBe(days);
    }
  });

  test("only what a queue feeds may lead back to itself", () => {
    const fed = all(template, "AWS::Lambda::EventSourceMapping").map(({ is }) =>
      target(is.FunctionName),
    );
    const recursive = functions.filter(({ is }) => is.RecursiveLoop === "Allow");
    expect(recursive.map(({ id }) => id).sort()).toEqual([...new Set(fed)].sort());
    expect(recursive.map(({ id }) => label(id))).toEqual(
      expect.arrayContaining(["Settler", "Worker"]),
    );
  });

  test("held reads cannot take the concurrency that submissions need", () => {
    expect(lambda(template, "Wait").is.ReservedConcurrentExecutions).toBe(50);
    expect(lambda(template, "Api").is.ReservedConcurrentExecutions).toBe(
      name === "guarded" ? 20 : undefined,
    );
    // Below `slots` Lambda would throttle deliveries, and permits would go to the dead letters.
    expect(lambda(template, "Worker").is.ReservedConcurrentExecutions).toBeUndefined();
  });

  test("each is told every variable that the code reads", () => {
    const read = new Set(
      globSync(SOURCES).flatMap(
        (file) => readFileSync(file, "utf8").match(/FORERUN_[A-Z_]+/g) ?? [],
      ),
    );
    expect(read).toContain("FORERUN_TABLE");
    for (const { id, is } of functions) {
      const set = Object.keys(is.Environment.Variables);
      const missing = [...read].filter((each) => !set.includes(each) && !(each in SPECIAL));
      expect(missing, `variables that ${label(id)} is not told`).toEqual([]);
    }
    expect(lambda(template, "Sweeper").is.Environment.Variables).toHaveProperty(
      "FORERUN_DEAD_QUEUES",
    );
  });

  test("whose claim names a tenant is told to those alone who know their callers", () => {
    const told = functions.filter(({ is }) => "FORERUN_TENANT_CLAIM" in is.Environment.Variables);
    const expected = name === "guarded" ? ["Api", "Wait"] : [];
    expect(told.map(({ id }) => label(id)).sort()).toEqual(expected);
  });

  test("the code starts with what it is told", () => {
    for (const { is } of functions) {
      const variables = Object.entries(is.Environment.Variables as Record<string, unknown>);
      const environment = Object.fromEntries(variables.map(([key, value]) => [key, plain(value)]));
      expect(() => createPorts({ AWS_REGION: "eu-west-1", ...environment })).not.toThrow();
    }
  });

  test("none is told a secret", () => {
    for (const { is } of functions) {
      const text = JSON.stringify(is.Environment.Variables);
      expect(text).not.toMatch(/\{\{resolve:|secret|password|credential|api.?key/i);
    }
  });
});

/** A value as it could be on AWS: references become texts. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  const [separator, parts] = (value as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"] ?? [];
  return parts ? parts.map(plain).join(separator) : `https://sqs/${target(value)}`;
}
