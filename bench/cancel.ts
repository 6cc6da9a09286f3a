/**
 * `npm run bench -- cancel`: a gather of 1,000 tasks that have not begun is cancelled. When is the
 * last of them?
 */
import { task } from "../client/index.ts";
import { type Bench, warmUp, withCloud } from "./cloud.ts";
import { spread, tenth } from "./statistics.ts";

const SLOTS = 2;
const MEMBERS = 1000;
const ROUNDS = 3;

export async function cancel() {
  return withCloud({ slots: SLOTS }, async (bench) => {
    await warmUp(bench, SLOTS);
    const rounds: Awaited<ReturnType<typeof cancelOnce>>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await cancelOnce(bench));
    const of = (key: "answered" | "lastMember" | "gather") => rounds.map((each) => each[key]);
    return {
      members: MEMBERS,
      rounds: ROUNDS,
      answeredMs: spread(of("answered")),
      lastMemberMs: { ...spread(of("lastMember")), max: tenth(Math.max(...of("lastMember"))) },
      gatherMs: spread(of("gather")),
    };
  });
}

/** Milliseconds from the request to its answer, to the last member's end and to the gather's. */
async function cancelOnce({ forerun }: Bench) {
  const calls = Array.from({ length: MEMBERS }, (_, value) =>
    task("echo", { value }, { delaySeconds: 600 }),
  );
  const gather = await forerun.gather(calls);
  const asked = Date.now();
  await gather.cancel();
  const answered = Date.now() - asked;
  await gather.exception().catch(() => {});
  await Promise.all(gather.members.map((member) => member.exception().catch(() => {})));
  const ends = await Promise.all(
    gather.members.map(async (member) => (await member.get()).settledAt),
  );
  const last = Math.max(...ends.map((end = "") => Date.parse(end)));
  const { settledAt = "" } = await gather.get();
  return { answered, lastMember: last - asked, gather: Date.parse(settledAt) - asked };
}
