/**
 * Live progress: one line that changes in place on a terminal, a few plain lines elsewhere.
 */
import { stdout } from "node:process";
import { style } from "./narrate.ts";

const BAR_CELLS = 20;
/** Elsewhere than on a terminal a line is printed each time that another such share is done. */
const PLAIN_SHARE = 1 / 4;

export class Progress {
  readonly #counts = new Map<string, { done: number; total: number }>();
  #nextPlain = PLAIN_SHARE;

  /** Counts the settling of each of these. */
  add(name: string, results: readonly Promise<unknown>[]): void {
    const count = { done: 0, total: results.length };
    this.#counts.set(name, count);
    for (const result of results) {
      void result.then(
        () => {
          count.done++;
          this.#show();
        },
        () => {}, // whoever awaits all results hears of it
      );
    }
    this.#show();
  }

  /** Ends the line that changes in place. */
  end(): void {
    if (stdout.isTTY) console.log("\n");
    else console.log();
  }

  #show(): void {
    const all = [...this.#counts];
    if (stdout.isTTY) {
      const bars = all.map(([name, { done, total }]) => {
        const cells = Math.round((done / total) * BAR_CELLS);
        const bar = style("cyan", "█".repeat(cells)) + style("dim", "░".repeat(BAR_CELLS - cells));
        return `${name} ${bar} ${String(done).padStart(2)}/${total}`;
      });
      stdout.write(`\r\x1b[K  ${bars.join("   ")}`);
      return;
    }
    const done = all.reduce((sum, [, count]) => sum + count.done, 0);
    const total = all.reduce((sum, [, count]) => sum + count.total, 0);
    if (done / total < this.#nextPlain) return;
    this.#nextPlain = done / total + PLAIN_SHARE;
    console.log(`  done: ${all.map(([name, c]) => `${name} ${c.done}/${c.total}`).join(", ")}`);
  }
}
