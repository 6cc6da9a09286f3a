/**
 * `GET /futures/{id}/tree`.
 */
import { expect, it } from "vitest";
import { readTree } from "../../core/view/tree.ts";
import type { TreeNode } from "../../core/wire.ts";
import { taskRecord } from "../support/records.ts";
import { startApps } from "./apps.ts";

/** A coroutine with a gather of tasks among its calls, and a child that is running. */
async function plant() {
  const apps = startApps();
  const { store } = apps.ports;
  const base = { createdAt: 1_800_000_000_000, told: "" };
  await store.insert(
    taskRecord({
      id: "main",
      state: "suspended",
      calls: 2,
      resumes: 3,
      awaits: [".1"],
      attempts: 0,
    }),
  );
  await store.insert(taskRecord({ ...base, id: "main.0", state: "succeeded", result: "1" }));
  await store.insert(taskRecord({ ...base, id: "main.1", state: "running", attempts: 1 }));
  for (const call of [0, 1]) {
    const id = `main.1.${call}`;
    await store.insert(
      taskRecord({ ...base, id, state: "failed", error: { name: "E", message: "m" } }),
    );
  }
  return apps;
}

const shape = (node: TreeNode): unknown => [node.id, node.state, node.children.map(shape)];

it("shows what a coroutine has made with states, what it awaits, and calls not told of yet", async () => {
  const apps = await plant();
  const { status, body } = await apps.send("GET", "/futures/main/tree");
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: "main", resumes: 3, awaits: ["main.1"] });
  expect(shape(body)).toEqual([
    "main",
    "suspended",
    [
      ["main.0", "succeeded", []],
      [
        "main.1",
        "running",
        [
          ["main.1.0", "failed", []],
          ["main.1.1", "failed", []],
        ],
      ],
    ],
  ]);
  expect(body.children[1].children[0].error).toEqual({ name: "E", message: "m" });
});

it("that has no room for all says so, and shows the upper levels", async () => {
  const { ports } = await plant();
  expect(await readTree(ports, "main", 2)).toMatchObject({
    more: true,
    children: [{ id: "main.0" }],
  });
  const three = await readTree(ports, "main", 3);
  expect(three.more).toBeUndefined();
  expect(three.children[1]).toMatchObject({ id: "main.1", more: true, children: [] });
});

it("shows the members of a gather that were born with it", async () => {
  const apps = startApps();
  const tasks = [{ task: "works" }, { task: "works" }];
  const { body } = await apps.send("POST", "/tasks/batch", { tasks, gather: { id: "g" } });
  expect(body.gather.id).toBe("g");
  const tree = (await apps.send("GET", "/futures/g/tree")).body;
  expect(shape(tree)).toEqual([
    "g",
    "pending",
    [
      ["g.0", "pending", []],
      ["g.1", "pending", []],
    ],
  ]);
});

it("of a future that does not exist is not found", async () => {
  expect((await startApps().send("GET", "/futures/nobody/tree")).status).toBe(404);
});

it("an urgent gather raises the priority of its members, and never lowers one", async () => {
  const apps = startApps();
  const tasks = [
    { task: "works", id: "bulk", priority: 9 },
    { task: "works", id: "urgent", priority: 0 },
  ];
  await apps.send("POST", "/tasks/batch", { tasks });
  const of = ["bulk", "urgent"];
  await apps.send("POST", "/gathers", { of, priority: 1 });
  const priorities = of.map(async (id) => (await apps.ports.store.read(id))?.priority);
  expect(await Promise.all(priorities)).toEqual([1, 0]);
  const { status } = await apps.send("POST", "/gathers", { of, priority: 1.5 });
  expect(status).toBe(400);
});
