/**
 * Two programs that await each other: neither can go on, so one of them must fail for it.
 */
import { createPromise } from "../../../core/usecases/createTimed.ts";
import { settle } from "../../../core/usecases/settle.ts";
import { submit } from "../../../core/usecases/submit.ts";
import type { Known } from "./known.ts";
import type { Program, Statement } from "./programs.ts";
import { SETTLED } from "./timed.ts";
import type { Workload } from "./workload.ts";

const AGAIN_MS = 10_000;

export async function circle(workload: Workload): Promise<void> {
  const { known } = workload;
  const gate = known.learn({ id: known.newId("promise"), kind: "promise", priorities: [] });
  // Until both are there the first waits for something else.
  const [first, second] = [known.newId("program"), known.newId("program")];
  const programs = [
    learn(workload, first, [gate.id, second]),
    learn(workload, second, [first]),
  ] as const;
  for (const each of [gate.id, second]) known.putUnder(each, first);
  known.putUnder(first, second);
  await surely(workload, () =>
    workload.make(gate, "createPromise", (ports) => createPromise(ports, { id: gate.id })),
  );
  for (const { member, program, priority } of programs) {
    const input = JSON.stringify(program);
    const request = { id: member.id, task: "program", input, priority };
    await surely(workload, () =>
      workload.make(member, "submit", (ports) => submit(ports, request)),
    );
  }
  await surely(workload, async () => {
    const given = { result: SETTLED };
    const answer = await workload.call("settle", (ports) => settle(ports, gate.id, given));
    return answer.how !== "gave up";
  });
}

function learn(workload: Workload, id: string, awaits: readonly string[]) {
  const priority = workload.env.random.whole(0, 10);
  const body = awaits.map((each): Statement => ({ do: "future", id: each }));
  const program: Program = { body, finally: [], declines: false, part: 0 };
  const member: Known = workload.known.learn({
    id,
    kind: "task",
    program,
    priorities: [priority],
    inCircle: true,
  });
  return { member, program, priority };
}

async function surely(workload: Workload, attempt: () => Promise<boolean>): Promise<void> {
  while (!(await attempt())) await workload.env.world.sleep(AGAIN_MS);
}
