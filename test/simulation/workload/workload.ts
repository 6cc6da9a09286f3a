/**
 * What the simulated callers do, at random times, and what they learn by it. The operations
 * themselves are in the files beside this one; operations.ts says how often each is done.
 */

import type { Config } from "../../../core/config.ts";
import { ConflictError } from "../../../core/errors.ts";
import type { Ports } from "../../../core/ports.ts";
import type { MemoryTable } from "../../support/memoryTable.ts";
import { type CallAnswer, call } from "../caller.ts";
import type { Environment } from "../environment.ts";
import type { Functions } from "../functions.ts";
import type { MakePorts } from "../lambda.ts";
import type { SimulatedQueues } from "../simulatedQueues.ts";
import { type Known, KnownFutures } from "./known.ts";

/** An operation: some calls of one caller, one after another. */
export type Operation = (workload: Workload) => Promise<unknown>;

export interface BehindAll {
  config: Config;
  table: MemoryTable;
  queues: SimulatedQueues;
}

export interface WorkloadOptions {
  operations: number;
  /** The time within which they begin. */
  milliseconds: number;
  pick: (dice: number) => Operation;
}

export class Workload {
  readonly known = new KnownFutures();
  readonly env: Environment;
  /** Asks the sweeper for something. */
  readonly operate: Functions["operate"];
  /** What stands behind all ports: to compare answers with, and to lose what AWS loses. */
  readonly behind: BehindAll;
  private readonly makePorts: MakePorts;

  constructor(
    env: Environment,
    { makePorts, operate }: Pick<Functions, "makePorts" | "operate">,
    behind: BehindAll,
  ) {
    this.env = env;
    this.makePorts = makePorts;
    this.operate = operate;
    this.behind = behind;
  }

  /** Resolves when the last operation is over. */
  async run({ operations, milliseconds, pick }: WorkloadOptions): Promise<void> {
    const { random, world } = this.env;
    await Promise.all(
      Array.from({ length: operations }, async () => {
        await world.sleep(random.next() * milliseconds);
        await pick(random.next())(this);
      }),
    );
  }

  /** @param name of the API call */
  call<T>(name: string, serve: (ports: Ports) => Promise<T>): Promise<CallAnswer<T>> {
    return call(this.env, this.makePorts, name, serve);
  }

  /** The same for what must change nothing, which the judge holds it to. */
  look<T>(name: string, serve: (ports: Ports) => Promise<T>): Promise<CallAnswer<T>> {
    return call(this.env, this.makePorts, name, serve, true);
  }

  /** Makes a future by a call; a refusal is a violation, since nothing about it was wrong. */
  async make(
    known: Known,
    name: string,
    serve: (ports: Ports) => Promise<unknown>,
  ): Promise<boolean> {
    const { history } = this.env;
    const answer = await this.call(name, serve);
    history.note(known.id, `the caller's ${name}: ${answer.how}`);
    if (answer.how === "answered") this.known.accept(known);
    if (answer.how === "refused" && !this.isGivenUp(known.id)) {
      const promise = answer.error instanceof ConflictError ? 8 : 1;
      history.violation(promise, known.id, `a good request was refused: ${answer.error}`);
    }
    return answer.how === "answered";
  }

  /**
   * Whether calls that were to make a batch died, one after another, until the settler found members
   * missing (which is judged with the aggregate): a repeat is told so, and nothing was accepted.
   */
  private isGivenUp(id: string): boolean {
    return this.behind.table.peek(id)?.error?.name === "IncompleteBatchError";
  }

  /** Ids of accepted futures, each once; mostly of those that live. */
  some(number: number, fits: (known: Known) => boolean = () => true): string[] {
    const { random } = this.env;
    const all = this.known.all();
    const picked = new Set<string>();
    for (let tries = 0; tries < 2 * number && picked.size < number && all.length > 0; tries += 1) {
      const recent = random.chance(0.5) ? Math.max(0, all.length - 20) : 0;
      const known = all[random.whole(recent, all.length - 1)] as Known;
      if (fits(known)) picked.add(known.id);
    }
    return [...picked];
  }
}
