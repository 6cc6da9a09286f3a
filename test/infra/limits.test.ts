/**
 * Limits of what may wait reach the function that answers submissions, and no other.
 */
import { expect, test } from "vitest";
import { readConfig } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { all, label } from "./support/resources.ts";
import { templates } from "./support/variants.ts";

const { defaults, guarded } = templates("defaults", "guarded");
const LIMITS = { waiting: { low: 100_000 } };

/** The limits of each function that has some. */
function limitsIn(template: typeof defaults): Record<string, unknown> {
  const functions = all(template, "AWS::Lambda::Function");
  const having = functions.filter(({ is }) => "FORERUN_LIMITS" in is.Environment.Variables);
  return Object.fromEntries(
    having.map(({ id, is }) => [label(id), JSON.parse(is.Environment.Variables.FORERUN_LIMITS)]),
  );
}

test("the api function alone has them, and only where there are some", () => {
  expect(limitsIn(guarded)).toEqual({ Api: LIMITS });
  expect(limitsIn(defaults)).toEqual({});
});

test("a function reads its limits, and refuses what makes no sense", () => {
  const pools = [{ name: "default", slots: 2, bands: ["q"], permits: "p" }];
  const env = {
    FORERUN_BANDS: JSON.stringify([{ name: "low", share: 0 }]),
    FORERUN_POOLS: JSON.stringify(pools),
  };
  const read = (text?: string) => readConfig({ ...env, FORERUN_LIMITS: text }).limits;
  expect(read(JSON.stringify(LIMITS))).toEqual(LIMITS);
  expect(read()).toEqual({ waiting: {} });
  expect(() => read('{"waiting":{"high":1}}')).toThrow(ConfigurationError);
});
