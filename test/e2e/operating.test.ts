/**
 * What operators do, by the program `forerun` on the embedded cloud: pause and resume bands, look at
 * dead letters and redrive them, have the doctor examine and mend.
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runCli } from "../cli/runCli.ts";
import { type Deployment, deploy } from "./support/deployment.ts";
import { type Operator, operate } from "./support/operator.ts";

const HOUR_MS = 3_600_000;

let it: Deployment;
let operator: Operator;
beforeAll(async () => {
  it = await deploy({ slots: 2, leaseSeconds: 3 });
  operator = operate(it.cloud);
  const { aws } = it.cloud;
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
  vi.stubEnv("AWS_REGION", aws.region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", aws.credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", aws.credentials.secretAccessKey);
  vi.stubEnv("FORERUN_URL", it.cloud.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await it.stop();
});

/** A command that goes through the sweeper function. */
async function forerun(...argv: string[]) {
  const name = it.cloud.functions.fullName("Sweeper");
  const ran = await runCli(...argv, "--function", name, "--json");
  return { ...ran, answer: JSON.parse(ran.out) };
}

const low = (value: unknown, delaySeconds = 0) =>
  it.forerun.submit("echo", { value }, { priority: 9, delaySeconds });

/** Makes a stored future as old as one that is stuck. */
const age = (id: string, set: object) => operator.ports.store.update(id, {}, { set });

test("a paused band keeps its tasks while others are served, and resuming runs them all", async () => {
  expect((await runCli("bands", "pause", "low")).out).toMatch(/^The band low is paused/);
  const waiting = await Promise.all([1, 2, 3, 4, 5].map((value) => low(value)));
  const urgent = await it.forerun.submit("echo", { value: "now" }, { priority: 5 });
  expect(await urgent.result()).toBe("now");
  expect(await Promise.all(waiting.map((each) => each.state()))).toEqual(
    waiting.map(() => "pending"),
  );
  const [band] = (await it.forerun.bands.list()).filter(({ name }) => name === "low");
  expect(band).toMatchObject({ paused: true, ready: 5 });
  expect(await waiting[4]?.cancel()).toBe(true);
  const { code, answer } = await forerun("bands", "resume", "low");
  expect({ code, answer }).toEqual({ code: 0, answer: { paused: [] } });
  const results = await Promise.all(waiting.slice(0, 4).map((each) => each.result()));
  expect(results).toEqual([1, 2, 3, 4]);
});

test("dead letters are listed with their reasons and redriven by what their futures owe", async () => {
  const { id } = await low("redriven", 8);
  const [dead] = operator.dead.filter((url) => url.includes("BandLowDead"));
  await operator.purge(operator.queue("BandLow"));
  await operator.send(dead ?? "", JSON.stringify({ id, turn: 0 }));
  await operator.send(dead ?? "", "none of ours");
  const { answer: listed } = await forerun("dead-letters", "list", "--band", "low");
  expect(listed.letters).toHaveLength(2);
  expect(listed.letters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id, state: "pending", queue: "low" }),
      expect.objectContaining({ text: "none of ours" }),
    ]),
  );
  const { answer: redriven } = await forerun("dead-letters", "redrive", "--band", "low");
  expect(redriven).toMatchObject({ redriven: 1, unreadable: 1, more: false });
  expect(await it.forerun.future(id).result()).toBe("redriven");
  const left = await forerun("dead-letters", "list", "--band", "low");
  expect(left.answer.letters).toMatchObject([{ text: "none of ours" }]);
  await operator.purge(dead ?? "");
  const wrong = await runCli(
    ...["dead-letters", "list", "--band", "lowest"],
    ...["--function", it.cloud.functions.fullName("Sweeper")],
  );
  expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/use critical, high/) });
});

test("the doctor names what is stuck, changes nothing unasked, and mends it when asked", async () => {
  expect(await forerun("doctor")).toMatchObject({ code: 0, answer: { findings: [] } });
  const old = Date.now() - HOUR_MS;
  const lost = await low("lost", 60);
  const crashed = await low("crashed", 60);
  await operator.purge(operator.queue("BandLow"));
  await age(lost.id, { createdAt: old, due: old });
  const running = { state: "running", attempts: 1, token: "x", startedAt: old, leaseUntil: old };
  await age(crashed.id, { createdAt: old, due: old, ...running });
  const late = await it.forerun.promise({ timeoutSeconds: 5000 });
  await age(late.id, { due: old });
  const member = await it.forerun.promise();
  const gather = await it.forerun.gather([member]);
  await age(member.id, { state: "succeeded", result: '"told"', settledAt: old });

  const found = await forerun("doctor");
  expect(found.code).toBe(1);
  const stuck = found.answer.findings.filter(
    (each: { severity: string }) => each.severity === "stuck",
  );
  expect(stuck).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: "missingMessages", place: { pool: "default", band: "low" } }),
      expect.objectContaining({ kind: "leaseOver", id: crashed.id }),
      expect.objectContaining({ kind: "overdue", id: late.id }),
      expect.objectContaining({ kind: "unreported", id: gather.id }),
    ]),
  );
  expect(await lost.state()).toBe("pending");
  expect(await gather.state()).toBe("pending");

  const fixed = await forerun("doctor", "--fix");
  expect(fixed.code).toBe(0);
  expect(await lost.result()).toBe("lost");
  expect(await crashed.result()).toBe("crashed");
  expect(await gather.result()).toEqual(["told"]);
  await expect(late.result()).rejects.toThrow("Nobody settled");
  await expect.poll(async () => (await forerun("doctor")).code, { timeout: 30_000 }).toBe(0);
});
