/**
 * `npm run bench -- fan-in`: gathers of 10 to 10,000 tasks that are submitted with them. What does a
 * member cost, how large do items grow, and how soon after its last member does the gather settle?
 */
import { task } from "../client/index.ts";
import { total } from "../local/index.ts";
import { type Bench, warmUp, withCloud } from "./cloud.ts";
import { lastSettled, readFutures } from "./futures.ts";
import { createItemWatch } from "./items.ts";
import { createWriteWatch } from "./singleWrite.ts";
import { hundredth, spread, tenth } from "./statistics.ts";

const SLOTS = 4;

/** How many gathers of each size: enough of the small ones for their tails to show. */
const RUNS: readonly [members: number, gathers: number][] = [
  [10, 100],
  [100, 20],
  [1000, 3],
  [10_000, 1],
];

export async function fanIn() {
  const items = createItemWatch();
  const writes = createWriteWatch();
  const interceptors = [items.interceptor, writes.interceptor];
  return withCloud({ slots: SLOTS, interceptors }, async (bench) => {
    await warmUp(bench, SLOTS);
    const sizes = [];
    const lags: number[] = [];
    for (const [members, gathers] of RUNS) {
      console.error(`  ${gathers} × ${members} members…`);
      const measured = await measure(bench, members, gathers, items);
      lags.push(...measured.lags);
      sizes.push(measured.row);
    }
    const [least, most] = [sizes[0], sizes.at(-1)];
    const lag = spread(lags);
    const write = spread(writes.times());
    return {
      slots: SLOTS,
      sizes,
      lastMemberToGatherMs: { ...lag, max: tenth(Math.max(...lags)) },
      singleWriteMs: write,
      inSingleWrites: { p50: tenth(lag.p50 / write.p50), p99: tenth(lag.p99 / write.p99) },
      targets: {
        "write units of a member of 10,000 ≤ 1.1 × of 10":
          (most?.writeUnits ?? Number.NaN) <= 1.1 * (least?.writeUnits ?? Number.NaN),
        "no item above 16 KB": sizes.every((each) => each.largestItemKB <= 16),
        "last member to gather, p99 < 5 single writes": lag.p99 < 5 * write.p99,
      },
    };
  });
}

async function measure(
  { cloud, forerun }: Bench,
  members: number,
  gathers: number,
  items: ReturnType<typeof createItemWatch>,
) {
  const before = cloud.requests.snapshot();
  items.reset();
  const lags: number[] = [];
  const begun = performance.now();
  for (let run = 0; run < gathers; run += 1) {
    const calls = Array.from({ length: members }, (_, value) => task("echo", { value }));
    const gather = await forerun.gather(calls);
    await gather.result();
    lags.push(await lagOf(cloud.endpoint, gather.id, members));
  }
  const seconds = (performance.now() - begun) / 1000;
  const { writeUnits } = total(cloud.requests.since(before), {});
  const row = {
    members,
    gathers,
    writeUnits: hundredth(writeUnits / (members * gathers)),
    largestItemKB: hundredth(items.largest().bytes / 1024),
    largestItem: items.largest().kind,
    lagMs: spread(lags).p50,
    membersPerSecond: tenth((members * gathers) / seconds),
  };
  return { row, lags };
}

/** Milliseconds from the last member's settling to the gather's, by the futures' own times. */
async function lagOf(endpoint: string, id: string, members: number): Promise<number> {
  const ids = Array.from({ length: members }, (_, index) => `${id}.${index}`);
  const last = lastSettled(await readFutures(endpoint, ids));
  return lastSettled(await readFutures(endpoint, [id])) - last;
}
