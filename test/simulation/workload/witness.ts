/**
 * Who watches what programs do and see.
 */
import type { Behaviour } from "../../support/behaviour.ts";
import type { Known } from "./known.ts";
import type { Program } from "./programs.ts";

/** A future that a program made. */
export interface Made extends Pick<Known, "id" | "kind"> {
  behaviour?: Behaviour;
  program?: Program;
  priority?: number | undefined;
  members?: readonly string[];
  /** The program itself may have it cancelled. */
  mayCancel?: boolean;
}

/** Is told what one run of a program does and sees. */
export interface Witness {
  made(future: Made): void;
  /** The function of a step runs. @returns what tells this run from any other */
  stepRuns(id: string, atMostOnce: boolean): string;
  /** It awaited a future and was given this: `value`, or an error's name. */
  given(id: string, what: string): void;
  /** What it has seen, in the order in which it saw it. */
  saw(line: string): void;
  /** What cannot be. */
  flaw(id: string, what: string): void;
}
