/**
 * The functions' environment variables: Lambda refuses more than 4 KB, and only while it deploys.
 */
import { App, Stack } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { expect, test } from "vitest";
import { checkEnvironment, MAX_ENVIRONMENT_BYTES } from "../../infra/environmentSize.ts";
import { resolveProps } from "../../infra/props.ts";
import { timePools } from "../../infra/timeouts.ts";
import { createWorkers } from "../../infra/workers.ts";
import { TASKS } from "./support/variants.ts";

const FIX = { property: "pools.heavy.environment", fix: "pass less" };

const newStack = () => new Stack(new App(), "Forerun-dev");

test("what is exactly as long as Lambda takes is taken, and a byte more is refused", () => {
  const stack = newStack();
  const rest = '{"MODEL":""}'.length;
  const fits = { MODEL: "x".repeat(MAX_ENVIRONMENT_BYTES - rest) };
  expect(() => checkEnvironment(stack, fits, FIX)).not.toThrow();
  expect(() => checkEnvironment(stack, { MODEL: `${fits.MODEL}x` }, FIX)).toThrow(
    "Forerun's property pools.heavy.environment: its function's environment has about 4097 bytes",
  );
  // Two bytes of UTF-8, not one character.
  expect(() => checkEnvironment(stack, { MODEL: fits.MODEL.replace("x", "é") }, FIX)).toThrow();
  // A quotation mark is escaped in what Lambda measures.
  expect(() => checkEnvironment(stack, { MODEL: fits.MODEL.replace("x", '"') }, FIX)).toThrow();
});

test("names that are known after the deployment count as long as CloudFormation makes them", () => {
  const stack = newStack();
  const queue = new Queue(stack, "Critical");
  // Forerun-dev-Critical<hash of 8>-<random 12>
  const name = "Forerun-dev-CriticalXXXXXXXX-YYYYYYYYYYYY".length;
  const filled = (more: number) => ({
    MODEL: `${queue.queueName}${"x".repeat(MAX_ENVIRONMENT_BYTES - name - more)}`,
  });
  expect(() => checkEnvironment(stack, filled('{"MODEL":""}'.length), FIX)).not.toThrow();
  expect(() => checkEnvironment(stack, filled(0), FIX)).toThrow("pass less");
});

test("a pool's own variables and Lambda tasks are refused together, by the property to change", () => {
  const { pools: resolved, security } = resolveProps({
    tasks: TASKS,
    pools: { heavy: { slots: 2, environment: { MODEL: "x".repeat(1500) } } },
  });
  const pools = timePools({ tasks: {} }, resolved);
  const arn = `arn:aws:lambda:eu-west-1:123456789012:function:${"f".repeat(64)}`;
  const lambdaTasks = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`task${i}`, { lambda: arn, pool: "heavy" }]),
  );
  const make = (own: typeof pools, tasks: typeof lambdaTasks) =>
    createWorkers(newStack(), {
      pools: own,
      security,
      code: "functions",
      environment: { FORERUN_POOLS: "x".repeat(1200) },
      lambdaTasks: tasks,
    });
  const heavy = pools.filter(({ name }) => name === "heavy");
  expect(() => make(heavy, lambdaTasks)).toThrow(
    /property pools\.heavy\.environment: .* Lambda takes 4096: pass less/,
  );
  const bare = heavy.map((pool) => ({ ...pool, environment: {} }));
  const long = Object.fromEntries(
    Object.entries(lambdaTasks).map(([name, task]) => [name.padEnd(200, "x"), task]),
  );
  expect(() => make(bare, long)).toThrow(/property lambdaTasks: .* move some of them/);
});
