/**
 * Waits for a future and prints how it ended.
 */
import type { FutureHandle } from "../client/index.ts";
import { Failure } from "./failure.ts";
import { showFuture } from "./show.ts";
import type { Terminal } from "./terminal.ts";

/** @throws Failure if it has not succeeded, once it is printed */
export async function showSettled(
  to: Terminal,
  handle: FutureHandle,
  { json = false }: { json?: boolean },
): Promise<void> {
  const outcome = await handle.result().then(
    (result) => ({ result }),
    async (error: unknown) => {
      // A call that failed is no outcome.
      if (!(await handle.done())) throw error;
      return { error };
    },
  );
  if (json) showFuture(to, await handle.get(), true);
  else if ("result" in outcome) to.out(JSON.stringify(outcome.result) ?? "null");
  if (!("error" in outcome)) return;
  const { name, message } = outcome.error as Error;
  throw new Failure(`${name}: ${message}`);
}
