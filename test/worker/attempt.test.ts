/**
 * One attempt: what is the task's own, and what is not (promise 7).
 */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { MAX_CALLS } from "../../core/journal.ts";
import { claim, type Leased } from "../../core/usecases/claim.ts";
import { submit } from "../../core/usecases/submit.ts";
import { runAttempt } from "../../worker/attempt.ts";
import type { Heart, HeartListener } from "../../worker/heart.ts";
import { type AnyTask, createWorker, defineTask } from "../../worker/index.ts";
import { interpose, lose } from "../support/interpose.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { PERMITS } from "../support/queueKey.ts";
import { taskRequest } from "../support/requests.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const LARGE = JSON.stringify("x".repeat(1000));

function attempt(ports: MemoryPorts, heart: Heart, definition: AnyTask, task: Leased) {
  const permit = {
    body: { band: 2 },
    queue: PERMITS,
    handle: "",
    sentAt: 0,
    receives: 1,
    fetched: false,
  };
  return runAttempt(
    { ports, worker: createWorker([definition]), heart, loggerFor: () => SILENT },
    { task, band: 2, readySince: 0, messageHandle: "", permit },
  );
}

describe("promise 7: a table that throttles while the input is read costs no attempt", () => {
  let ports: MemoryPorts;
  let task: Leased;
  let listener: HeartListener | undefined;

  const heart: Heart = {
    start(_, given) {
      listener = given;
      return { calls() {}, overruns() {}, handlerEnded() {}, stop() {} };
    },
  };
  const run = () => {
    const works = defineTask("works", {}, (input) => (input as string).length);
    return attempt(ports, heart, works, task);
  };

  beforeEach(async () => {
    ports = memoryPorts();
    await submit(ports, taskRequest({ id: "t", input: LARGE }));
    const claimed = await claim(ports, { id: "t", turn: 0 });
    if (claimed.do !== "run") throw new Error("it was not claimed");
    task = claimed.record;
  });

  it("the input is read again, and the handler runs in its first attempt", async () => {
    const readsTwice = () => interpose(ports.store, "blob", "before", lose);
    interpose(ports.store, "blob", "before", () => {
      readsTwice();
      lose();
    });
    await run();
    expect(await ports.store.read("t")).toMatchObject({
      state: "succeeded",
      result: "1000",
      attempts: 1,
    });
  });

  it("who is told to stop meanwhile stops, without the table's error for an outcome", async () => {
    interpose(ports.store, "blob", "before", () => {
      listener?.cancelRequested();
      lose();
    });
    await run();
    const record = await ports.store.read("t");
    expect(record).toMatchObject({ state: "cancelled", attempts: 1 });
    expect(record).not.toHaveProperty("error");
  });
});

it("a coroutine that catches its own failure in a loop is known to, so that the error which ends it by force says so", async () => {
  const ports = memoryPorts();
  await submit(ports, taskRequest({ id: "t", task: "loops" }));
  const claimed = await claim(ports, { id: "t", turn: 0 });
  if (claimed.do !== "run") throw new Error("it was not claimed");
  const overruns = vi.fn();
  const heart: Heart = { start: () => ({ calls() {}, overruns, handlerEnded() {}, stop() {} }) };
  const loops = defineTask("loops", {}, (_, ctx) => {
    for (let turn = 0; turn < 2 * MAX_CALLS; turn += 1) {
      try {
        ctx.submit("loops", null);
      } catch {
        // As code does that tries until it succeeds.
      }
    }
  });
  await attempt(ports, heart, loops, claimed.record);
  expect(overruns).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^it caught a LimitExceededError: .*ctx\.continueAs/),
  );
  expect((await ports.store.read("t"))?.error?.name).toBe("LimitExceededError");
});
