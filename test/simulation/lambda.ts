/**
 * Lambda: processes that serve one invocation at a time, are kept for the next one, and die of
 * themselves, by the function's timeout, or when Lambda discards them.
 */
import type { Ports } from "../../core/ports.ts";
import type { Environment } from "./environment.ts";
import { SimulatedProcess } from "./process.ts";
import { QUIET } from "./world.ts";

/** The function's code, once for each process. */
export type Load<E, A> = (ports: Ports, process: SimulatedProcess) => (event: E) => Promise<A>;

export type MakePorts = (process: SimulatedProcess) => Ports;

export interface FunctionOptions<E, A> {
  name: string;
  makePorts: MakePorts;
  load: Load<E, A>;
  timeoutMs: number;
}

interface Warm<E, A> {
  process: SimulatedProcess;
  handler: (event: E) => Promise<A>;
}

/** Milliseconds. */
const COLD_START = [150, 3000] as const;
const KILL_WITHIN_MS = 3000;

export class SimulatedFunction<E, A> {
  /** Invocations that are under way. */
  running = 0;
  private readonly idle: Warm<E, A>[] = [];
  private readonly env: Environment;
  private readonly options: FunctionOptions<E, A>;

  constructor(env: Environment, options: FunctionOptions<E, A>) {
    this.env = env;
    this.options = options;
  }

  /**
   * What the function answered, or undefined if it threw, died or took too long.
   * @param onStart is told of the process that serves it
   */
  async invoke(
    event: E,
    onStart: (process: SimulatedProcess) => void = () => {},
  ): Promise<A | undefined> {
    this.running += 1;
    try {
      return await this.serve(event, onStart);
    } finally {
      this.running -= 1;
    }
  }

  private async serve(
    event: E,
    onStart: (process: SimulatedProcess) => void,
  ): Promise<A | undefined> {
    const { world, faults, random } = this.env;
    const warm = this.idle.pop() ?? (await this.start());
    const { process, handler } = warm;
    onStart(process);
    let ended = false;
    world.after(this.options.timeoutMs, () => {
      if (ended) return QUIET;
      return process.die("the function's timeout");
    });
    if (faults.strikes("kill")) {
      world.after(random.whole(0, KILL_WITHIN_MS), () => {
        if (!ended) process.die("a kill");
      });
    }
    const answer = await Promise.race([
      handler(event).catch(() => undefined),
      process.died.then(() => undefined),
    ]);
    ended = true;
    if (!process.alive) return answer;
    if (faults.strikes("discarded process")) process.die();
    else this.idle.push(warm);
    return answer;
  }

  private async start(): Promise<Warm<E, A>> {
    const { world, faults, random } = this.env;
    const { name, makePorts, load } = this.options;
    if (faults.strikes("cold start")) await world.sleep(random.whole(...COLD_START));
    const process = new SimulatedProcess(this.env, name);
    return { process, handler: load(makePorts(process), process) };
  }
}
