/**
 * The public call on the deployed template: one that needs more than the token, or that another
 * route swallows, would make links worthless.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { settleByToken } from "../../client/index.ts";
import { type Deployment, deploy } from "./support/deployment.ts";

let deployment: Deployment;
beforeAll(async () => {
  const few = { requestsPerSecond: 1, burst: 3 };
  deployment = await deploy({ throttle: { routes: { "POST /approvals/{id}": few } } });
});
afterAll(() => deployment.stop());

it("a promise that is gathered is settled by its token, and by no other", async () => {
  const { endpoint } = deployment.cloud;
  const asked = await deployment.forerun.promise<string>({ token: true, timeoutSeconds: 600 });
  const gather = await deployment.forerun.gather([asked]);
  const { writes } = deployment.traces();
  const guess = settleByToken({ endpoint, id: asked.id, token: "x".repeat(43), result: "no" });
  await expect(guess).rejects.toMatchObject({ status: 403 });
  expect(deployment.traces().writes).toBe(writes);
  await settleByToken({ endpoint, id: asked.id, token: asked.token, result: "yes" });
  expect(await gather.result()).toEqual(["yes"]);
});

it("a flood of guesses is turned away at the door, and leaves the other calls alone", async () => {
  const { endpoint } = deployment.cloud;
  const guess = () =>
    fetch(`${endpoint}/approvals/nobody`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: "x".repeat(43), result: 1 }),
    });
  const answers: Response[] = [];
  for (let count = 0; count < 30; count += 1) answers.push(await guess());
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(10);
  expect(refused[0]?.headers.get("retry-after")).toBe("1");
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403, 429]));
  expect((await fetch(`${endpoint}/bands`)).status).toBe(200);
});

it("a token over HTTP is shown once", async () => {
  const make = async () => {
    const response = await fetch(`${deployment.cloud.endpoint}/promises`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "once", token: true }),
    });
    return (await response.json()) as { token?: string };
  };
  const { token = "" } = await make();
  expect(await make()).not.toHaveProperty("token");
  const { endpoint } = deployment.cloud;
  await settleByToken({ endpoint, id: "once", token, error: new RangeError("too much") });
  await expect(deployment.forerun.future("once").result()).rejects.toThrow("too much");
});
