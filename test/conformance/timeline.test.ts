import { expect, test } from "vitest";
import type { Op, Scenario } from "./scenario.ts";
import { Timeline } from "./timeline.ts";

const scenario = (ops: Op[], until = 80, futures: Scenario["expect"]["futures"] = {}) => ({
  id: "mine",
  until,
  ops,
  expect: { futures, ops: {} },
});

test("a stretch in which nothing happens takes a tick", () => {
  const timeline = new Timeline(scenario([{ at: 0, op: "task", as: "t", ticks: 40 }]));
  expect([0, 40, 80].map((tick) => timeline.at(tick))).toEqual([0, 1, 2]);
  expect(timeline.span(0, 40)).toBe(1);
});

test("what lies less than a tick apart is moved apart, and keeps its order", () => {
  const ops: Op[] = [
    { at: 0, op: "task", as: "t", ticks: 4.25 },
    { at: 0, op: "future", as: "f" },
    { at: 0, op: "waitFor", as: "x", of: "f", timeout: 4.5 },
  ];
  const timeline = new Timeline(scenario(ops));
  expect([4.25, 4.5, 80].map((tick) => timeline.at(tick))).toEqual([1, 1.5, 2.5]);
});

test("an operation after a later one is reached with that", () => {
  const ops: Op[] = [
    { at: 5, op: "future", as: "f" },
    { at: 1, op: "task", as: "t", ticks: 3 },
  ];
  const timeline = new Timeline(scenario(ops));
  expect([5, 8].map((tick) => timeline.at(tick))).toEqual([1, 2]);
});

test("what outlasts the scenario ends soon after it, but not before it was read", () => {
  const timeline = new Timeline(
    scenario([{ at: 0, op: "task", as: "t", ticks: 1_000_000, onCancel: "ignore" }], 10),
  );
  expect(timeline.end).toBe(1);
  expect(timeline.span(0, 1_000_000)).toBeGreaterThan(timeline.end + 2);
  expect(timeline.span(0, 1_000_000)).toBeLessThan(10);
});

test("a time limit that is over before it began takes no time", () => {
  expect(new Timeline(scenario([{ at: 3, op: "future", as: "f" }])).span(3, -1)).toBe(0);
});
