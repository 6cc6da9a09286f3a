/**
 * Limits of what may wait: submissions beyond them are answered 429 before anything is stored, and
 * what they cost does not rise with their number. Without limits everything is accepted.
 */
import { beforeEach, expect, it, vi } from "vitest";
import type { Limits } from "../../core/config.ts";
import { type Apps, startApps, stored } from "./apps.ts";

const LOW = { task: "works", priority: 9 };
const NORMAL = { task: "works", priority: 5 };

let apps: Apps;
beforeEach(() => {
  apps = limited({ low: 3 });
});

function limited(waiting: Limits["waiting"]): Apps {
  const started = startApps();
  started.ports.config.limits = { waiting };
  return started;
}

const submit = (task: object) => apps.send("POST", "/tasks", task);
const submitAll = (...tasks: object[]) => apps.send("POST", "/tasks/batch", { tasks });

async function fill(): Promise<void> {
  expect((await submitAll(LOW, LOW, LOW)).status).toBe(202);
}

/** Sends what is to be refused; gives the answer, and sees that nothing was stored or sent. */
async function refused(send: () => ReturnType<Apps["send"]>) {
  const before = [(await stored(apps)).length, apps.ports.queues.size()];
  const answer = await send();
  expect(answer.status).toBe(429);
  expect([(await stored(apps)).length, apps.ports.queues.size()]).toEqual(before);
  return answer;
}

it("a task beyond the limit is refused by a problem that names band and limit", async () => {
  await fill();
  const { body, headers } = await refused(() => submit(LOW));
  expect(headers.get("retry-after")).toBe("5");
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ status: 429, band: "low", limit: 3 });
  expect(body.detail).toMatch(
    /"low" holds about 3 waiting tasks, of at most 3\. .*try again later/,
  );
  expect(body.errors).toEqual([{ field: "priority", message: expect.stringContaining("full") }]);
});

it("of a batch all or nothing: one task beyond the limit refuses the others too", async () => {
  await submit(LOW);
  await submit(LOW);
  const { body } = await refused(() => submitAll(NORMAL, LOW, LOW));
  expect(body.errors[0].field).toBe("tasks[1].priority");
  // What was refused took no room.
  expect((await submitAll(NORMAL, LOW)).status).toBe(202);
});

it("members of an open aggregate are tasks like any other", async () => {
  await apps.send("POST", "/aggregates/open", { id: "o", policy: "gather", members: "tasks" });
  await fill();
  const { body } = await refused(() =>
    apps.send("POST", "/futures/o/members", { start: 0, tasks: [LOW] }),
  );
  expect(body.errors[0].field).toBe("tasks[0].priority");
});

it("more than the limit at once would never find room: that is wrong, not busy", async () => {
  const { body } = await submitAll(LOW, LOW, LOW, LOW);
  expect(body).toMatchObject({ status: 400, errors: [{ field: "tasks" }] });
  expect(body.errors[0].message).toMatch(/4 are for the band "low".* at most 3 .*submit fewer/);
});

it("other bands take what they took before", async () => {
  await fill();
  expect((await submitAll(NORMAL, NORMAL, NORMAL, NORMAL)).status).toBe(202);
});

it("delayed tasks wait too; those in work do not", async () => {
  await submitAll({ ...LOW, delaySeconds: 60 }, LOW, LOW);
  await refused(() => submit(LOW));
  apps.ports.queues.receive({ band: 3 }, 30);
  apps.ports.clock.advance(5000);
  expect((await submit(LOW)).status).toBe(202);
});

it("room that was made is seen within five seconds, and all pools count together", async () => {
  apps.ports.config.pools = [
    { name: "default", slots: 2 },
    { name: "gpu", slots: 1 },
  ];
  await apps.ports.queues.sendTasks({ band: 3, pool: "gpu" }, [
    { body: { id: "other", turn: 0 }, delaySeconds: 0 },
  ]);
  await submitAll(LOW, LOW);
  await refused(() => submit(LOW));
  apps.ports.queues.purge();
  apps.ports.clock.advance(4999);
  await refused(() => submit(LOW));
  apps.ports.clock.advance(1);
  expect((await submit(LOW)).status).toBe(202);
});

it("a thousand submissions cost one count, and none without a limit or to another band", async () => {
  const counted = vi.spyOn(apps.ports.queues, "depth");
  for (let each = 0; each < 1000; each++) await submit(LOW);
  expect(counted).toHaveBeenCalledTimes(1);
  await submit(NORMAL);
  expect(counted).toHaveBeenCalledTimes(1);
  apps = limited({});
  const without = vi.spyOn(apps.ports.queues, "depth");
  await submit(LOW);
  expect(without).not.toHaveBeenCalled();
});

it("a count that fails refuses nothing for good", async () => {
  const failing = vi.spyOn(apps.ports.queues, "depth");
  failing.mockRejectedValueOnce(
    Object.assign(new Error("slow down"), { name: "ThrottlingException" }),
  );
  expect((await submit(LOW)).status).toBe(503);
  expect((await submit(LOW)).status).toBe(202);
});

it("the bands show their limits", async () => {
  const { body } = await apps.send("GET", "/bands");
  expect(body.bands.map(({ limit }: { limit?: number }) => limit)).toEqual([
    ...[undefined, undefined, undefined, 3],
  ]);
});
