/**
 * A command that cannot do what it was asked; the message says why, and what to do.
 */
export class Failure extends Error {
  override name = "Failure";
  /** What the process exits with. @default 1 */
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
