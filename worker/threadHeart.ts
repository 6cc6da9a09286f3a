/**
 * The two ends of a heart that beats in a thread of its own: the worker's side starts the thread
 * and passes messages, the thread's side runs `createHeart` on ports of its own.
 */
import type { MessagePort } from "node:worker_threads";
import type { Beat, Heart, HeartListener, Pulse } from "./heart.ts";

type ToThread =
  | { say: "start"; number: number; beat: Beat }
  | { say: "overruns"; number: number; why: string }
  | { say: "calls" | "handlerEnded" | "stop"; number: number };

type FromThread = { say: "cancelRequested" | "leaseLost"; number: number };

/** What is needed of a thread; node:worker_threads' Worker is one. */
interface HeartThread {
  postMessage(message: ToThread): void;
  on(event: "message", listener: (message: FromThread) => void): unknown;
}

/**
 * Starts a thread as soon as this one has nothing to do, or when it is first asked for: a process
 * that has just started is ready before it, and has it by the time of its first task.
 */
export function startedSoon(start: () => HeartThread): () => HeartThread {
  let thread: HeartThread | undefined;
  const get = () => {
    thread ??= start();
    return thread;
  };
  setImmediate(get);
  return get;
}

/** The worker's side. The thread is started before a handler is, which may block. */
export function heartInThread(thread: () => HeartThread): Heart {
  const listeners = new Map<number, HeartListener>();
  let count = 0;
  let hears = false;
  const post = (message: ToThread) => thread().postMessage(message);
  const listen = () => {
    if (hears) return;
    hears = true;
    thread().on("message", ({ say, number }: FromThread) => listeners.get(number)?.[say]());
  };
  return {
    start(beat, listener) {
      const number = ++count;
      listen();
      listeners.set(number, listener);
      post({ say: "start", number, beat });
      return {
        calls: () => post({ say: "calls", number }),
        overruns: (why) => post({ say: "overruns", number, why }),
        handlerEnded: () => post({ say: "handlerEnded", number }),
        stop() {
          listeners.delete(number);
          post({ say: "stop", number });
        },
      };
    },
  };
}

/** The thread's side: serves what the worker's side asks for. */
export function serveHeart(port: Pick<MessagePort, "postMessage" | "on">, heart: Heart): void {
  const pulses = new Map<number, Pulse>();
  const tell = (message: FromThread) => port.postMessage(message);
  port.on("message", (message: ToThread) => {
    const { number } = message;
    if (message.say === "start") {
      const pulse = heart.start(message.beat, {
        cancelRequested: () => tell({ say: "cancelRequested", number }),
        leaseLost: () => tell({ say: "leaseLost", number }),
      });
      pulses.set(number, pulse);
      return;
    }
    const pulse = pulses.get(number);
    if (message.say === "overruns") pulse?.overruns(message.why);
    else pulse?.[message.say]();
    if (message.say === "stop") pulses.delete(number);
  });
}
