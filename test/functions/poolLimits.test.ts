import { expect, it } from "vitest";
import { InputCheck } from "../../functions/api/inputs.ts";

const manifest = {
  tasks: { quick: { timeoutSeconds: 60 }, long: { timeoutSeconds: 60, pool: "heavy" } },
};
const pools = [
  { name: "default", slots: 2 },
  { name: "heavy", slots: 2, timeoutSeconds: 300 },
];

it("a caller may ask for as long as the pool's function runs, and no longer: it would be cut", async () => {
  const inputs = new InputCheck(manifest, { pools, maxTimeoutSeconds: 90 });
  const ask = (task: string, timeoutSeconds: number) => inputs.check({ task, timeoutSeconds });
  expect(await ask("quick", 90)).toEqual([]);
  expect(await ask("long", 300)).toEqual([]);
  const message = (most: number) =>
    `use at most ${most} seconds, what the worker's function allows`;
  expect(await ask("quick", 91)).toEqual([{ field: "timeoutSeconds", message: message(90) }]);
  expect(await ask("long", 301)).toEqual([{ field: "timeoutSeconds", message: message(300) }]);
});
