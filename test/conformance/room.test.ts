import { expect, test } from "vitest";
import type { CoroutineScenario } from "./coroutines/scenario.ts";
import { Room, slotsOf } from "./room.ts";

const at = (tick: number) => ({ state: "succeeded" as const, result: null, at: tick });

/** A coroutine that sleeps for long, and has two tasks run, one after the other. */
const scenario: CoroutineScenario = {
  id: "mine",
  until: 40,
  ops: [
    {
      at: 0,
      op: "coroutine",
      as: "k",
      body: [
        { submit: { as: "first", ticks: 5 } },
        { let: "v", await: "first" },
        { sleep: 20 },
        { submit: { as: "second", ticks: 5 } },
        { try: [], except: { "*": [{ submit: { as: "never", ticks: 30 } }] } },
        { let: "w", await: "second" },
      ],
    },
  ],
  expect: { futures: { k: at(30), first: at(5), second: at(30) }, ops: {}, effects: { k: [] } },
};

test("a program needs a slot for each task that runs, and one for its coroutines", () => {
  expect(slotsOf(scenario)).toBe(2);
});

test("while its coroutines wait, others may have its tasks' slots", () => {
  const room = new Room(3);
  expect(room.take(scenario, 0, 1000)).toBe(true);
  // A slot is left for this one's coroutines, and none for its first task while the other's runs.
  expect(room.take(scenario, 1000, 1000)).toBe(false);
  expect(room.take(scenario, 10_000, 1000)).toBe(true);
});
