/**
 * What programs tell of themselves while they are played on a cloud: each play has a file, to which
 * its coroutines append lines, wherever they run. It is the world to which effects are done, so that
 * one that is done twice shows.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Effects } from "./scenario.ts";

export type Note =
  /** A future got a name; of a task also the ticks on which it should start and end. */
  | { named: string; id: string; starts?: number; ends?: number }
  /** A coroutine has done something to the world. */
  | { of: string; effect: string }
  /** A coroutine has come to its n-th place, by so many ticks later than asyncio's. */
  | { of: string; place: number; late: number };

export function note(file: string, line: Note): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

export interface Told {
  /** Futures by the name that they got last. */
  named: ReadonlyMap<string, Extract<Note, { named: string }>>;
  effects: Effects;
  /** The latest that a coroutine came to a place, in ticks; replays come to it again and are not meant. */
  late: Readonly<Record<string, number>>;
}

export function readNotes(file: string): Told {
  const named = new Map<string, Extract<Note, { named: string }>>();
  const effects: Effects = {};
  const late: Record<string, number> = {};
  const reached = new Set<string>();
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const each = JSON.parse(line) as Note;
    if ("named" in each) named.set(each.named, each);
    else {
      effects[each.of] ??= [];
      if ("effect" in each) effects[each.of]?.push(each.effect);
      else if (!reached.has(`${each.of} ${each.place}`)) {
        reached.add(`${each.of} ${each.place}`);
        late[each.of] = Math.max(late[each.of] ?? 0, each.late);
      }
    }
  }
  return { named, effects, late };
}
