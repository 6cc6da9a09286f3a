/**
 * The schedule expressions of EventBridge: `rate(n minutes)` and `cron(…)`, to the minute, UTC.
 */

export type Schedule =
  | { kind: "rate"; everyMilliseconds: number }
  | { kind: "cron"; matches: (at: Date) => boolean };

const UNIT_MILLISECONDS: Record<string, number> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** @returns undefined for an expression that is not understood */
export function parseSchedule(expression: string): Schedule | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const unit = UNIT_MILLISECONDS[rate[2] ?? ""] ?? 0;
    const count = Number(rate[1]);
    return count > 0 ? { kind: "rate", everyMilliseconds: count * unit } : undefined;
  }
  const cron = /^cron\(([\d*?,/ -]+)\)$/.exec(expression);
  const fields = cron?.[1]?.trim().split(/ +/) ?? [];
  if (fields.length !== 6) return undefined;
  return { kind: "cron", matches: (at) => fields.every((field, i) => fits(field, partsOf(at), i)) };
}

/** Minute, hour, day of month, month, day of week (1 = Sunday), year: the order of the fields. */
function partsOf(at: Date): number[] {
  return [
    at.getUTCMinutes(),
    at.getUTCHours(),
    at.getUTCDate(),
    at.getUTCMonth() + 1,
    at.getUTCDay() + 1,
    at.getUTCFullYear(),
  ];
}

/** The smallest value of each field, from which the steps of `*` count. */
const SMALLEST = [0, 0, 1, 1, 1, 1970];

function fits(field: string, parts: readonly number[], index: number): boolean {
  const value = parts[index] ?? Number.NaN;
  return field.split(",").some((choice) => {
    const [range = "", step] = choice.split("/");
    const every = range === "*" || range === "?";
    const [low, high] = every ? [SMALLEST[index] ?? 0, Infinity] : range.split("-").map(Number);
    // `5/10` means from 5 on, by tens; `5` alone means 5 and no other.
    const end = high ?? (step ? Infinity : low);
    if (low === undefined || end === undefined || value < low || value > end) return false;
    return (value - low) % Number(step ?? 1) === 0;
  });
}
