/**
 * The embedded cloud in a process of its own, which the runner kills: with faults between functions
 * and emulators, and a record of each write.
 */
import { startCloud } from "../../local/index.ts";
import type { HostSettings, Question, Ready, Reply, Request, Status } from "./protocol.ts";
import { createRecorder } from "./recorder.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as HostSettings;
const { assembly, data, port, seed, rates, writes } = settings;
const tell = (reply: Reply) => process.send?.(reply);

// Ctrl-C in a terminal is for the runner; when that is gone, so is the sense of this process.
process.on("SIGINT", () => {});
process.once("disconnect", () => process.exit());

try {
  const cloud = await startCloud({
    ...{ assembly, data, port },
    faults: { seed, ...rates },
    interceptors: [createRecorder(writes)],
  });

  const status = (): Status => {
    (globalThis as { gc?: () => void }).gc?.();
    const resources: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) {
      resources[kind] = (resources[kind] ?? 0) + 1;
    }
    return {
      faults: cloud.faults.counts(),
      depths: Object.fromEntries(
        cloud.queues.names().map((name) => [name, cloud.queues.depth(name)]),
      ),
      processes: cloud.functions
        .names()
        .flatMap((name) => cloud.functions.processes(name).map(({ pid }) => ({ name, pid }))),
      heap: process.memoryUsage().heapUsed,
      resources,
    };
  };

  const kill = (name: string, wantsBusy: boolean, dice: number): number | undefined => {
    const all = cloud.functions
      .processes(name)
      .filter(({ state }) => state !== "ending" && state !== "ended");
    const busy = all.filter(({ state }) => state === "busy");
    const candidates = wantsBusy && busy.length > 0 ? busy : all;
    const pid = candidates[Math.floor(dice * candidates.length)]?.pid;
    if (pid !== undefined) cloud.functions.kill(pid);
    return pid;
  };

  const answer = (ask: Question): unknown => {
    if (ask.do === "faults") return cloud.faults.set(ask.rates);
    if (ask.do === "stop faults") return cloud.faults.stop();
    if (ask.do === "kill") return kill(ask.name, ask.busy, ask.dice);
    return status();
  };

  process.on("message", ({ id, ask }: Request) => tell({ id, answer: answer(ask) }));
  const ready: Ready = { endpoint: cloud.endpoint, aws: cloud.aws, table: cloud.tables[0] ?? "" };
  tell({ ready });
} catch (error) {
  tell({ failed: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect();
}
