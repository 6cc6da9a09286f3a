/**
 * The calls of the API that concern bands.
 */
import { expect, it } from "vitest";
import { jwtOf, startApps } from "./apps.ts";

it("a paused band says so, and since when; submissions to it are accepted", async () => {
  const apps = startApps();
  const paused = await apps.send("POST", "/bands/low/pause");
  const since = new Date(apps.ports.clock.now()).toISOString();
  expect(paused).toMatchObject({ status: 200, body: { name: "low", from: 8, paused: true } });
  expect(paused.body.pausedSince).toBe(since);
  const task = await apps.send("POST", "/tasks", { task: "works", priority: 9 });
  expect(task).toMatchObject({ status: 202, body: { state: "pending" } });
  const { body } = await apps.send("GET", "/bands");
  expect(body.bands.map((band: { paused: boolean }) => band.paused)).toEqual([
    ...[false, false, false, true],
  ]);
  expect(body.bands[3]).toMatchObject({ ready: 1, paused: true });
  const resumed = await apps.send("POST", "/bands/low/resume", {});
  expect(resumed.body).toMatchObject({ name: "low", paused: false });
  expect(resumed.body).not.toHaveProperty("pausedSince");
});

it("a band of one pool of several says in which it is paused", async () => {
  const apps = startApps();
  const pools = [
    { name: "default", slots: 2 },
    { name: "gpu", slots: 1 },
  ];
  Object.assign(apps.ports.config, { pools });
  const { body } = await apps.send("POST", "/bands/high/pause?pool=gpu");
  expect(body).toMatchObject({ name: "high", paused: false, pausedPools: ["gpu"] });
});

it.each([
  ["/bands/lowest/pause", "band", /no band is named "lowest"; use critical, high, normal, low/],
  ["/bands/low/resume?pool=gpu", "pool", /no pool is named "gpu"; use default/],
  ["/bands/low/pause?pools=gpu", "query.pools", /./],
])("%s is refused and changes nothing", async (path, field, message) => {
  const apps = startApps();
  const { status, body } = await apps.send("POST", path);
  expect(status).toBe(400);
  expect(body.errors[0].field).toContain(field.split(".").at(-1));
  expect(body.errors[0].message).toMatch(message);
  expect((await apps.ports.store.pauses()).paused).toEqual([]);
});

it("a caller that is bound to a tenant cannot hold up the others", async () => {
  const apps = startApps("custom:tenant");
  for (const what of ["pause", "resume"]) {
    const event = jwtOf("a");
    const { status, body } = await apps.send("POST", `/bands/low/${what}`, undefined, { event });
    expect(status).toBe(403);
    expect(body.detail).toMatch(/forerun bands pause BAND --stack/);
  }
  expect((await apps.ports.store.pauses()).paused).toEqual([]);
});
