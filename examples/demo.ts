/**
 * The demo that `npm start` runs. On its own: `FORERUN_URL=… node examples/demo.ts`
 *
 * Exits with 0 if all that it claims was seen to hold, with 1 and the reason otherwise.
 */
import { Forerun } from "../client/index.ts";
import { title } from "./demo/narrate.ts";
import { showOvertaking } from "./demo/overtaking.ts";
import { showSleeps, wakeWorkers } from "./demo/sleeps.ts";

for (const [signal, number] of [["SIGINT", 2] as const, ["SIGTERM", 15] as const]) {
  process.once(signal, () => {
    console.log("\n\n  The demo was stopped; what it has submitted runs on.");
    process.exit(128 + number);
  });
}

try {
  const forerun = new Forerun();
  const slots = Number(process.env.FORERUN_SLOTS ?? 3);
  title("Waking the workers (cold starts)");
  await wakeWorkers(forerun, slots);
  title("1. Three sleeps of a second, gathered");
  await showSleeps(forerun, slots);
  title("2. A backlog of priority 10, overtaken by priority 1");
  await showOvertaking(forerun);
  console.log();
} catch (error) {
  console.error(`\n  The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
