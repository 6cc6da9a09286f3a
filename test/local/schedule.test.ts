import { expect, test } from "vitest";
import { parseSchedule } from "../../local/schedule/expression.ts";

test.each([
  ["rate(1 minute)", 60_000],
  ["rate(5 minutes)", 300_000],
  ["rate(2 hours)", 7_200_000],
])("%s", (expression, everyMilliseconds) => {
  expect(parseSchedule(expression)).toEqual({ kind: "rate", everyMilliseconds });
});

test.each([
  ["cron(* * * * ? *)", "2026-11-24T10:07:00Z", true],
  ["cron(0/5 * * * ? *)", "2026-11-24T10:10:00Z", true],
  ["cron(0/5 * * * ? *)", "2026-11-24T10:07:00Z", false],
  ["cron(*/15 * * * ? *)", "2026-11-24T10:45:00Z", true],
  ["cron(5,7 8-10 * * ? *)", "2026-11-24T10:07:00Z", true],
  ["cron(5,7 8-9 * * ? *)", "2026-11-24T10:07:00Z", false],
  ["cron(7 10 ? * 3 2026)", "2026-11-24T10:07:00Z", true],
  ["cron(7 10 ? * 2 2026)", "2026-11-24T10:07:00Z", false],
])("%s at %s: %s", (expression, at, matches) => {
  const schedule = parseSchedule(expression);
  expect(schedule?.kind === "cron" && schedule.matches(new Date(at))).toBe(matches);
});

test.each(["rate(0 minutes)", "rate(soon)", "cron(* * *)", "at(2026-01-01T00:00:00)"])(
  "%s is not understood",
  (expression) => {
    expect(parseSchedule(expression)).toBeUndefined();
  },
);
