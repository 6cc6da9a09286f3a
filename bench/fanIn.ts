/**
 * `npm run bench -- fan-in`: gathers of 10 to 10,000 tasks that are submitted with them. What does a
 * member cost, how large do items grow, and how soon after its last member does the gather settle?
 */
import { task } from "../client/index.ts";
import { total } from "../local/index.ts";
import { type Bench, warmUp, withCloud } from "./cloud.ts";
import { createItemWatch } from "./items.ts";
import { singleWriteMs } from "./singleWrite.ts";
import { hundredth, percentile, spread, tenth } from "./statistics.ts";

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
  return withCloud({ slots: SLOTS, interceptors: [items.interceptor] }, async (bench) => {
    await warmUp(bench, SLOTS);
    const writeMs = await singleWriteMs(bench.cloud, 300);
    const sizes = [];
    const lags: number[] = [];
    for (const [members, gathers] of RUNS) {
      console.error(`  ${gathers} × ${members} members…`);
      const measured = await measure(bench, members, gathers, items);
      lags.push(...measured.lags);
      sizes.push(measured.row);
    }
    const [least, most] = [sizes[0], sizes.at(-1)];
    const p99 = percentile(lags, 0.99);
    return {
      slots: SLOTS,
      singleWriteMs: spread(writeMs),
      sizes,
      lastMemberToGatherMs: { ...spread(lags), max: tenth(Math.max(...lags)) },
      targets: {
        "write units of a member of 10,000 ≤ 1.1 × of 10":
          (most?.writeUnits ?? Number.NaN) <= 1.1 * (least?.writeUnits ?? Number.NaN),
        "no item above 16 KB": sizes.every((each) => each.largestItemKB <= 16),
        "last member to gather, p99 < 5 single writes": p99 < 5 * percentile(writeMs, 0.5),
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
    lags.push(await lagOf(forerun, gather.id, members));
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
async function lagOf(forerun: Bench["forerun"], id: string, members: number): Promise<number> {
  const gather = await forerun.future(id).get();
  let last = 0;
  // The last to settle is among the last to be submitted: slots work off a queue.
  for (let member = Math.max(0, members - 100); member < members; member += 1) {
    const { settledAt = "" } = await forerun.future(`${id}.${member}`).get();
    last = Math.max(last, Date.parse(settledAt));
  }
  return Date.parse(gather.settledAt ?? "") - last;
}
