/**
 * The heartbeat thread: without it a handler that blocks loses its lease (promise 3 fences it off).
 */
import { EventEmitter } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import { expect, it, vi } from "vitest";
import type { Beat } from "../../worker/heart.ts";
import { heartInThread, serveHeart, startedSoon } from "../../worker/threadHeart.ts";

class FakeThread extends EventEmitter {
  readonly postMessage = vi.fn();
}

const BEAT = {} as Beat;
const LISTENER = { cancelRequested: vi.fn(), leaseLost: vi.fn() };

it("is started without a task, so that the first finds it", async () => {
  const start = vi.fn(() => new FakeThread());
  startedSoon(start);
  expect(start).not.toHaveBeenCalled();
  await turn();
  expect(start).toHaveBeenCalledOnce();
});

it("is started before a task whose handler blocks at once, and once only", async () => {
  const thread = new FakeThread();
  const start = vi.fn(() => thread);
  const heart = heartInThread(startedSoon(start));
  heart.start(BEAT, LISTENER);
  expect(thread.postMessage).toHaveBeenCalledWith({ say: "start", number: 1, beat: BEAT });
  await turn();
  heart.start(BEAT, LISTENER).stop();
  expect(start).toHaveBeenCalledOnce();
  expect(thread.listenerCount("message")).toBe(1);
});

it("tells the attempt that it speaks of, until that is over", () => {
  const thread = new FakeThread();
  const heart = heartInThread(() => thread);
  const [first, second] = [0, 1].map(() => ({ cancelRequested: vi.fn(), leaseLost: vi.fn() }));
  if (!first || !second) throw new Error("unreachable");
  heart.start(BEAT, first).stop();
  heart.start(BEAT, second);
  thread.emit("message", { say: "leaseLost", number: 1 });
  thread.emit("message", { say: "leaseLost", number: 2 });
  expect(first.leaseLost).not.toHaveBeenCalled();
  expect(second.leaseLost).toHaveBeenCalledOnce();
});

it("hears what a handler is at whose time is over, for the error that ends it by force", () => {
  const port = new FakeThread();
  const overruns = vi.fn();
  const pulse = { calls() {}, overruns, handlerEnded() {}, stop() {} };
  serveHeart(port as unknown as MessagePort, { start: () => pulse });
  const thread = new FakeThread();
  thread.postMessage.mockImplementation((message) => port.emit("message", message));
  heartInThread(() => thread)
    .start(BEAT, LISTENER)
    .overruns("it awaits what never comes");
  expect(overruns).toHaveBeenCalledExactlyOnceWith("it awaits what never comes");
});
