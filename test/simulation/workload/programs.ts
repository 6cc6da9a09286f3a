/**
 * Programs: what coroutines of the simulation do, as data, so that a history shows it and every run
 * of the handler does the same.
 */
import { cancel } from "../../../core/usecases/cancel.ts";
import { submit } from "../../../core/usecases/submit.ts";
import type { Behaviour } from "../../support/behaviour.ts";
import type { Random } from "../random.ts";
import type { Known } from "./known.ts";
import { read } from "./reading.ts";
import { drawBehaviour } from "./tasks.ts";
import type { Workload } from "./workload.ts";

interface Options {
  priority?: number;
  delaySeconds?: number;
}

export type Child =
  | ({ task: "work"; input: Behaviour } & Options)
  | ({ task: "program"; input: Program } & Options);

export type Statement =
  /** Submits it, and waits for it. */
  | { do: "await"; child: Child }
  /** Submits it, and waits for nothing. */
  | { do: "leave"; child: Child }
  /** Submits it, cancels it, at once or after a wait, and waits for it. */
  | { do: "cancel"; child: Child; afterSeconds?: number }
  | { do: "gather"; children: readonly Child[]; returnExceptions: boolean }
  | { do: "wait"; children: readonly Child[]; returnWhen: "ALL_COMPLETED" | "FIRST_COMPLETED" }
  | { do: "any" | "completed"; children: readonly Child[] }
  /** A member that fails interrupts the body. */
  | { do: "group"; children: readonly Child[]; body: readonly Statement[] }
  | { do: "waitFor"; child: Child; seconds: number }
  | { do: "shield"; child: Child }
  | { do: "sleep"; seconds: number }
  /** A promise that a branch settles, or that times out before. */
  | { do: "handOver"; afterSeconds: number; timeoutSeconds: number }
  | { do: "step"; milliseconds: number; atMostOnce: boolean; fails: boolean }
  /** A gather of a gather of a gather…: its result is put together from level to level. */
  | { do: "nest"; child: Child; levels: number }
  /** Asks the time and the dice. */
  | { do: "ask" }
  /** Waits for what others have made. */
  | { do: "future"; id: string }
  /** At the same time, by Promise.all. */
  | { do: "together"; branches: readonly (readonly Statement[])[] }
  /** Goes on with the rest of the body and an empty journal. */
  | { do: "continue" }
  | { do: "throw" };

export interface Program {
  body: readonly Statement[];
  finally: readonly Statement[];
  /** It goes on after a cancellation. */
  declines: boolean;
  /** How often it went on with an empty journal. */
  part: number;
}

/** Submits a program, and now and then waits for it. */
export async function submitProgram(workload: Workload): Promise<void> {
  await submitDrawn(workload, []);
}

/** Submits programs that begin with what is drawn. */
export function programsThat(begin: (random: Random) => readonly Statement[]) {
  return async (workload: Workload): Promise<void> => {
    await submitDrawn(workload, begin(workload.env.random));
  };
}

/** Submits a program and cancels it while it runs or waits. */
export async function cancelledProgram(workload: Workload): Promise<void> {
  const { random, world, history } = workload.env;
  const seconds = random.whole(5, 30);
  const known = await submitDrawn(workload, [{ do: "sleep", seconds }]);
  if (!known) return;
  await world.sleep(random.whole(0, seconds * 1000));
  workload.known.requestCancel(known.id);
  history.note(known.id, "a caller asks to cancel it");
  await workload.call("cancel", (ports) => cancel(ports, known.id));
}

/** @returns it, if it was accepted */
async function submitDrawn(
  workload: Workload,
  begin: readonly Statement[],
): Promise<Known | undefined> {
  const { random } = workload.env;
  const others = workload.some(random.whole(0, 2), (each) => each.awaitable === true);
  const drawn = drawProgram(random, others, 0);
  const program = { ...drawn, body: [...begin, ...drawn.body] };
  const id = workload.known.newId("program");
  const priority = random.whole(0, 10);
  const known = workload.known.learn({
    id,
    kind: "task",
    program,
    awaitable: true,
    priorities: [priority],
  });
  for (const each of others) workload.known.putUnder(each, id);
  const request = {
    id,
    task: random.chance(0.15) ? "reluctant" : "program",
    input: JSON.stringify(program),
    priority,
    ...(random.chance(0.15) ? { retry: { maxAttempts: 2 } } : {}),
    ...(random.chance(0.2) ? { tenant: random.pick(["a", "b"]) } : {}),
  };
  const made = await workload.make(known, "submit", (ports) => submit(ports, request));
  if (!made) return undefined;
  if (random.chance(0.2)) await read(workload, known);
  return known;
}

/** @param others ids of futures that it may wait for */
function drawProgram(random: Random, others: readonly string[], depth: number): Program {
  const statements = Array.from({ length: random.whole(1, depth === 0 ? 5 : 2) }, () =>
    drawStatement(random, depth),
  );
  const body = [...statements, ...others.map((id) => ({ do: "future", id }) as const)];
  return {
    body: random.shuffle(body),
    finally: random.chance(0.3) ? [drawSimple(random)] : [],
    declines: random.chance(0.2),
    part: 0,
  };
}

function drawStatement(random: Random, depth: number): Statement {
  const dice = random.next();
  const child = () => drawChild(random, depth);
  const children = () => Array.from({ length: random.whole(1, 5) }, child);
  if (dice < 0.3) return drawSimple(random);
  if (dice < 0.42) return { do: "await", child: child() };
  if (dice < 0.47) return { do: "leave", child: child() };
  if (dice < 0.52) return { do: "cancel", child: child(), ...drawAfter(random) };
  if (dice < 0.6) {
    return { do: "gather", children: children(), returnExceptions: random.chance(0.5) };
  }
  if (dice < 0.66) {
    const returnWhen = random.pick(["ALL_COMPLETED", "FIRST_COMPLETED"] as const);
    return { do: "wait", children: children(), returnWhen };
  }
  if (dice < 0.75) {
    const what = random.pick(["any", "completed", "group"] as const);
    if (what !== "group") return { do: what, children: children() };
    const body = random.chance(0.6) ? drawBranch(random, depth) : [];
    return { do: what, children: children(), body };
  }
  if (dice < 0.79) return { do: "waitFor", child: child(), seconds: random.whole(1, 20) };
  if (dice < 0.82) return { do: "shield", child: child() };
  if (dice < 0.94) {
    const branch = () => drawBranch(random, depth);
    return { do: "together", branches: Array.from({ length: random.whole(2, 3) }, branch) };
  }
  if (dice < 0.97 && depth === 0) return { do: "continue" };
  return { do: "throw" };
}

function drawBranch(random: Random, depth: number): readonly Statement[] {
  return Array.from({ length: random.whole(1, 3) }, () =>
    random.chance(0.5) ? drawSimple(random) : { do: "await", child: drawChild(random, depth) },
  );
}

/** What needs no task. */
function drawSimple(random: Random): Statement {
  const dice = random.next();
  if (dice < 0.3) return { do: "sleep", seconds: random.whole(0, 30) };
  if (dice < 0.5) return { do: "ask" };
  if (dice < 0.65) {
    const [afterSeconds, timeoutSeconds] = [random.whole(0, 20), random.whole(5, 40)];
    return { do: "handOver", afterSeconds, timeoutSeconds };
  }
  return {
    do: "step",
    milliseconds: random.whole(0, 400),
    atMostOnce: random.chance(0.3),
    fails: random.chance(0.1),
  };
}

function drawAfter(random: Random): { afterSeconds?: number } {
  return random.chance(0.5) ? { afterSeconds: random.whole(0, 10) } : {};
}

export function drawChild(random: Random, depth: number): Child {
  const options: Options = {
    ...(random.chance(0.5) ? { priority: random.whole(0, 10) } : {}),
    ...(random.chance(0.1) ? { delaySeconds: drawDelay(random) } : {}),
  };
  if (depth < 2 && random.chance(0.15)) {
    return { task: "program", input: drawProgram(random, [], depth + 1), ...options };
  }
  return { task: "work", input: drawBehaviour(random), ...options };
}

/** Now and then so long that the faults are over when it begins (see judge/inheritance.ts). */
function drawDelay(random: Random): number {
  return random.chance(0.5) ? random.whole(700, 890) : random.whole(1, 30);
}
