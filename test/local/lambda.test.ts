import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../local/index.ts";
import { lambda, type WrittenAssembly, writeAssembly } from "./fixtures/assembly.ts";

let assembly: WrittenAssembly;
let cloud: Cloud;

beforeAll(async () => {
  process.env.SECRET_OF_THE_MACHINE = "x";
  assembly = writeAssembly({
    Echo: lambda("echo", { Environment: { Variables: { OWN: "yes" } } }),
    Quick: lambda("echo", { Timeout: 0.2 }),
    Single: lambda("echo", { ReservedConcurrentExecutions: 1 }),
    Broken: lambda("broken"),
  });
  cloud = await startCloud({ assembly: assembly.directory });
});

afterAll(async () => {
  await cloud?.stop();
  assembly?.remove();
});

describe("an invocation ends, however the handler behaves", () => {
  test.each(["hang", "loop"])("a handler that would %s for ever is killed", async (act) => {
    const pid = (await cloud.invoke("Quick", { act: "pid" })) as number;
    await expect(cloud.invoke("Quick", { act })).rejects.toThrow(/timed out after 0.20 seconds/);
    await expect.poll(() => isAlive(pid)).toBe(false);
    await expect(cloud.invoke("Quick", { act: "pid" })).resolves.not.toBe(pid);
  });

  test("a process that exits fails its invocation, and the next gets a new one", async () => {
    await expect(cloud.invoke("Echo", { act: "exit" })).rejects.toThrow(
      /Runtime exited with error: exit status 3/,
    );
    await expect(cloud.invoke("Echo", { fine: 1 })).resolves.toEqual({ fine: 1 });
  });

  test("a process that is killed from outside fails its invocation", async () => {
    const pid = (await cloud.invoke("Echo", { act: "pid" })) as number;
    const hanging = cloud.invoke("Echo", { act: "hang" });
    cloud.functions.kill(pid);
    await expect(hanging).rejects.toThrow(/Runtime exited with error: signal: killed/);
  });

  test("what the handler throws is reported by type and message", async () => {
    await expect(cloud.invoke("Echo", { act: "throw" })).rejects.toMatchObject({
      failure: { errorType: "RangeError", errorMessage: "as told" },
    });
  });

  test("an answer larger than Lambda's limit is refused", async () => {
    await expect(cloud.invoke("Echo", { act: "large" })).rejects.toThrow(/ResponseSizeTooLarge/);
  });

  test("code that cannot be loaded fails the invocation, not the cloud", async () => {
    await expect(cloud.invoke("Broken", {})).rejects.toThrow(/cannot be loaded/);
  });
});

test("one process answers one invocation at a time, and is used again", async () => {
  const pids = await Promise.all([1, 2].map(() => cloud.invoke("Echo", { act: "pid" })));
  const again = await cloud.invoke("Echo", { act: "pid" });
  expect(pids).toContain(again);
});

test("reserved concurrency is a limit: beyond it calls are throttled, not queued", async () => {
  const first = cloud.invoke("Single", { act: "pid" });
  await expect(cloud.invoke("Single", {})).rejects.toThrow(/Rate Exceeded/);
  await first;
  await expect(cloud.invoke("Single", { now: "free" })).resolves.toEqual({ now: "free" });
});

test("nothing of the machine's environment reaches a function", async () => {
  const environment = (await cloud.invoke("Echo", { act: "environment" })) as object;
  expect(environment).toMatchObject({
    OWN: "yes",
    AWS_REGION: "us-east-1",
    AWS_LAMBDA_FUNCTION_NAME: "Test-Echo",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_ENDPOINT_URL_SQS: cloud.aws.endpoint,
  });
  expect(environment).not.toHaveProperty("SECRET_OF_THE_MACHINE");
});

test("the context tells the request, the function and the time left", async () => {
  const context = (await cloud.invoke("Echo", { act: "context" })) as { left: number };
  expect(context).toMatchObject({
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    functionName: "Test-Echo",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:Test-Echo",
    memoryLimitInMB: "256",
  });
  expect(context.left).toBeGreaterThan(9000);
  expect(context.left).toBeLessThanOrEqual(10_000);
});

test("output is kept in the function's log", async () => {
  await cloud.invoke("Echo", { act: "log", text: "kept for later" });
  const file = join(cloud.data, "logs", "Echo.log");
  await expect.poll(() => readFileSync(file, "utf8")).toContain("kept for later");
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
