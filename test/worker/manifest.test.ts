/**
 * What the API learns of tasks: a schema that it did not get would let any input in.
 */
import { expect, test } from "vitest";
import * as zod from "zod";
import * as mini from "zod/mini";
import { createWorker, defineTask } from "../../worker/index.ts";

test("a schema of zod/mini says what one of zod says", async () => {
  const ofZod = zod.object({ key: zod.string().min(1), width: zod.int().default(10) });
  const ofMini = mini.object({
    key: mini.string().check(mini.minLength(1)),
    width: mini._default(mini.int(), 10),
  });
  const worker = createWorker([
    defineTask("zod", { input: ofZod }, ({ key, width }) => key.length * width),
    defineTask("mini", { input: ofMini }, ({ key, width }) => key.length * width),
    defineTask("any", {}, () => null),
  ]);
  const { tasks } = await worker.manifest();
  expect(tasks.mini).toEqual(tasks.zod);
  expect(tasks.mini?.input).toMatchObject({ required: ["key"], type: "object" });
  expect(tasks.any).toEqual({ timeoutSeconds: 60 });
});
