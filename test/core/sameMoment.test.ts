/**
 * What settles at the same moment: aggregates over a member and over each other. What asyncio does
 * in turns of its event loop, these rules do in rounds of what is owed.
 */
import { beforeEach, describe, expect, it } from "vitest";
import type { Policy } from "../../core/policies.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise } from "../../core/usecases/createTimed.ts";
import { settle } from "../../core/usecases/settle.ts";
import { view } from "../../core/view/future.ts";
import { drain } from "../support/drain.ts";
import { interpose, lose } from "../support/interpose.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { judgeAggregates } from "../support/promises.ts";

const GATHER: Policy = { of: "gather", returnExceptions: false };
const SHIELD: Policy = { of: "shield" };
const FIRST: Policy = { of: "wait", returnWhen: "FIRST_COMPLETED" };

describe("promise 4: a wait names every member that has settled, not only the one that woke it", () => {
  let ports: MemoryPorts;
  beforeEach(async () => {
    ports = memoryPorts();
    for (const id of ["p", "q"]) await createPromise(ports, { id });
  });

  const create = async (id: string, policy: Policy, of: string[], timeoutSeconds?: number) => {
    ports.clock.advance(1);
    const limit = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    await createAggregate(ports, { id, of, policy, ...limit });
  };
  const give = (id: string) => settle(ports, id, { result: "1" });
  const doneOf = async (id: string) => {
    const record = await ports.store.read(id);
    const { result } = record ? await view(ports, record) : {};
    return (result as { done: string[] } | undefined)?.done;
  };
  /** A table's set of watchers has no order. */
  const reverseWatchers = async (id: string) => {
    const watchers = [...((await ports.store.read(id))?.watchers ?? [])];
    for (const each of watchers.reverse()) {
      for (const change of [{ unwatch: [each] }, { watch: [each] }]) {
        await ports.store.update(id, {}, change);
      }
    }
  };

  it.each([false, true])(
    "a waitFor over the same member (watchers reversed: %s)",
    async (turned) => {
      await create("x", { of: "waitFor" }, ["p"], 60);
      await create("w", FIRST, ["p", "q", "x"]);
      if (turned) await reverseWatchers("p");
      await give("p");
      expect(await doneOf("w")).toEqual(["p", "x"]);
    },
  );

  it.each([false, true])("another wait that it woke (watchers reversed: %s)", async (turned) => {
    await create("first", FIRST, ["p"]);
    await create("w", FIRST, ["p", "q", "first"]);
    if (turned) await reverseWatchers("p");
    await give("p");
    expect(await doneOf("w")).toEqual(["p", "first"]);
  });

  it("a gather over a shield of the same member, but nothing deeper", async () => {
    await create("s", SHIELD, ["p"]);
    await create("g", GATHER, ["s"]);
    await create("deep", GATHER, ["g"]);
    await create("w", FIRST, ["p", "g", "deep", "q"]);
    await give("p");
    expect(await doneOf("w")).toEqual(["p", "g"]);
  });

  it("it settles although whoever was to let it decide died before", async () => {
    await create("w", FIRST, ["p", "q"]);
    const isOfW = (id: string) => id === "w";
    interpose(ports.store, "update", "before", lose, isOfW as never);
    await expect(give("p")).rejects.toThrow("lost");
    await drain(ports);
    expect(await doneOf("w")).toEqual(["p"]);
    expect(await judgeAggregates(ports)).toEqual([]);
  });
});
