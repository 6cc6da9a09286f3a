import { describe, expect, it, vi } from "vitest";
import type { Invoke } from "../../core/ports.ts";
import type { Context } from "../../worker/context.ts";
import { createWorker, defineTask } from "../../worker/index.ts";
import { withLambdaTasks } from "../../worker/lambdaTasks.ts";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:resize";
const ENV = {
  FORERUN_LAMBDA_TASKS: JSON.stringify({ resize: { arn: ARN, timeoutSeconds: 30 } }),
};
const OWN = createWorker([defineTask("own", {}, () => 1)]);

const ctx = {
  id: "future-1",
  task: "resize",
  attempt: 2,
  priority: 3,
  signal: new AbortController().signal,
  remainingMs: () => 1000,
} as Context;

const run = (invoke: Invoke) => {
  const task = withLambdaTasks(OWN, ENV, invoke).task("resize");
  return task?.handler({ key: "a" }, ctx) as Promise<unknown>;
};

describe("a task that is another's Lambda function", () => {
  it("calls it with the input as its event, says who asks, and gives what it gives", async () => {
    const invoke = vi.fn<Invoke>().mockResolvedValue({ result: { width: 10 } });
    expect(await run(invoke)).toEqual({ width: 10 });
    const about = { id: "future-1", task: "resize", attempt: 2, priority: 3 };
    const { signal } = ctx;
    expect(invoke).toHaveBeenCalledWith(ARN, { key: "a" }, { signal, remainingMs: 1000, about });
  });

  it("fails by the function's own words, in any language", async () => {
    const failure = { errorType: "KeyError", errorMessage: "'width'", stackTrace: ["line 1"] };
    const thrown = run(async () => ({ failure }));
    await expect(thrown).rejects.toMatchObject({ name: "KeyError", message: "'width'" });
    await expect(run(async () => ({ failure: null }))).rejects.toMatchObject({
      name: "FunctionError",
    });
  });

  it("takes nothing from the tasks of the file, and has the timeout that it was given", () => {
    const worker = withLambdaTasks(OWN, ENV, vi.fn());
    expect(worker.task("own")).toBe(OWN.task("own"));
    expect(worker.task("resize")?.timeoutSeconds).toBe(30);
    expect(worker.task("other")).toBeUndefined();
    expect(withLambdaTasks(OWN, {}, vi.fn())).toBe(OWN);
  });

  it("is refused at start by the variable's name if that is no JSON", () => {
    const read = () => withLambdaTasks(OWN, { FORERUN_LAMBDA_TASKS: "{" }, vi.fn());
    expect(read).toThrow("FORERUN_LAMBDA_TASKS");
  });
});
