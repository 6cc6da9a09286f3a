/**
 * Ctrl-C while a command works page by page: the page under way is finished, and what was done is
 * told. A second one ends the program at once.
 */
export interface Interrupt extends Disposable {
  readonly asked: boolean;
}

/** The exit code of a program that Ctrl-C has ended. */
export const INTERRUPTED = 130;

export function onInterrupt(say: (line: string) => void): Interrupt {
  let asked = false;
  const listener = () => {
    asked = true;
    say("Stopping after this page; Ctrl-C again stops at once.");
  };
  process.once("SIGINT", listener);
  return {
    get asked() {
      return asked;
    },
    [Symbol.dispose]: () => void process.off("SIGINT", listener),
  };
}
