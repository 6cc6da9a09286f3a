import { expect, it } from "vitest";
import { createThrottle } from "../../local/http/throttle.ts";

const READ = "GET /futures/{id}";
const APPROVE = "POST /approvals/{id}";

function setup() {
  let time = 0;
  const routes = new Map([[APPROVE, { rate: 2, burst: 3 }]]);
  const takes = createThrottle({ all: { rate: 10, burst: 5 }, routes }, () => time);
  const taken = (route: string, of: number) =>
    Array.from({ length: of }, () => takes(route)).filter(Boolean).length;
  const advance = (milliseconds: number) => {
    time += milliseconds;
  };
  return { taken, advance };
}

it("a route takes its burst, then its rate, and saves up no more than its burst", () => {
  const { taken, advance } = setup();
  expect(taken(APPROVE, 10)).toBe(3);
  advance(1000);
  expect(taken(APPROVE, 10)).toBe(2);
  advance(60_000);
  expect(taken(APPROVE, 10)).toBe(3);
});

it("a flood of one route leaves the others what they may take", () => {
  const { taken } = setup();
  taken(APPROVE, 1000);
  expect(taken(READ, 10)).toBe(5);
});

it("without limits everything is taken", () => {
  const takes = createThrottle({ all: {}, routes: new Map() }, () => 0);
  expect(Array.from({ length: 9999 }, () => takes(READ)).every(Boolean)).toBe(true);
});
