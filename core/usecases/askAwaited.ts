/**
 * A cancellation of a coroutine goes to what it awaits first, as in asyncio: only if none of that
 * accepts it does the code hear of it itself.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { cancelOne } from "./cancelOne.ts";

export interface Asked {
  /** Whether one of them has accepted it, now or when it was passed on before. */
  accepted: boolean;
  /** All that were found, as they stand now. */
  records: readonly FutureRecord[];
  /**
   * Those that may owe something on account of having been asked; also before, since whoever did that
   * may have died.
   */
  owing: readonly FutureRecord[];
}

/** @param asked the request's token: what was asked before is not asked again */
export async function askAwaited(
  ports: Ports,
  ids: readonly string[],
  asked: string,
): Promise<Asked> {
  const found = [...(await ports.store.readMany(ids)).values()];
  const passedOn = found.filter((each) => each.asked === asked || each.token === asked);
  const others = found.filter((each) => !passedOn.includes(each));
  // A step hears of it by its signal.
  const open = others.filter((each) => !isTerminal(each) && each.kind !== "step");
  const answers = await inBatches(open, (each) => cancelOne(ports, each, asked));
  const reached = answers.map((each) => each.record);
  const settled = others.filter((each) => !open.includes(each));
  return {
    accepted: passedOn.length > 0 || answers.some((each) => each.cancelled),
    records: [...passedOn, ...settled, ...reached],
    owing: [...passedOn, ...reached],
  };
}
