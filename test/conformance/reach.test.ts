import { expect, test } from "vitest";
import { reachable } from "./reach.ts";
import type { Op } from "./scenario.ts";

const reached = (ops: Op[]) => [
  ...reachable({ id: "mine", until: 80, ops, expect: { futures: {}, ops: {} } }),
];
const task = (as: string, ticks: number, more: object = {}) => ({
  at: 0,
  op: "task" as const,
  as,
  ticks,
  ...more,
});

test("a cancellation reaches members through gathers and waitFors, and no others", () => {
  const ops: Op[] = [
    ...["a", "b", "c", "d"].map((name) => task(name, 20)),
    { at: 1, op: "waitFor", as: "x", of: "a" },
    { at: 1, op: "gather", as: "g", of: ["x", "b"] },
    { at: 1, op: "wait", as: "w", of: ["c"] },
    { at: 1, op: "shield", as: "s", of: "d" },
    ...["g", "w", "s"].map((target) => ({ at: 5, op: "cancel" as const, target })),
  ];
  expect(reached(ops)).toEqual(["a", "b"]);
});

test("a time limit reaches the member, unless that ends before or ignores it", () => {
  const ops: Op[] = [
    task("short", 2),
    task("long", 9),
    task("deaf", 9, { onCancel: "ignore" }),
    ...["short", "long", "deaf"].map((of, index) => ({
      at: 1,
      op: "waitFor" as const,
      as: `x${index}`,
      of,
      timeout: 3,
    })),
  ];
  expect(reached(ops)).toEqual(["long"]);
});

test("the first failure of a group reaches those that still run", () => {
  const tasks = [
    { as: "before", ticks: 2 },
    { as: "fails", ticks: 4, error: "ValueError" },
    { as: "after", ticks: 6 },
  ];
  expect(reached([{ at: 0, op: "taskGroup", as: "n", tasks }])).toEqual(["after"]);
});
