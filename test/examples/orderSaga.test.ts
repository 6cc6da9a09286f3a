/**
 * The order saga in virtual time. Promises of the example: what has failed leaves nothing behind, and
 * nothing is done twice.
 */
import { expect, it } from "vitest";
import type { Ports } from "../../core/ports.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import {
  orderTasks,
  type Part,
  type Shop,
  type Undoable,
} from "../../examples/coroutines/orderSaga.ts";
import { createWorker, NonRetryableError } from "../../worker/index.ts";
import { Sandbox } from "../simulation/sandbox.ts";

const ORDER = { item: "globe", card: "4242", cents: 4900, address: "Main Street 1" };

interface Trouble {
  /** Calls of a part that fail, by their number from 1. */
  fails?: (what: string, nth: number) => Error | undefined;
  /** Seconds that a call takes. @default 0.2 */
  seconds?: (what: string) => number;
  /** What happens between the effect and its answer. */
  afterEffect?: (what: string, nth: number) => Promise<void> | undefined;
}

/** A shop that keeps what holds: parts made and not undone. */
class FakeShop {
  readonly holds = new Set<string>();
  /** Effects in their order. */
  readonly log: string[] = [];
  readonly calls: string[] = [];
  readonly #trouble: Trouble;

  constructor(trouble: Trouble = {}) {
    this.#trouble = trouble;
  }

  for(ports: Ports): Shop {
    const part = (name: Part): Undoable => ({
      make: async (key, _order, signal) => {
        await this.#call(ports, name, signal);
        if (!this.holds.has(key)) this.log.push(name);
        this.holds.add(key);
        await this.#trouble.afterEffect?.(name, this.#count(name));
        return `${name} made`;
      },
      undo: async (key, signal) => {
        await this.#call(ports, `undo ${name}`, signal);
        if (this.holds.delete(key)) this.log.push(`undo ${name}`);
      },
    });
    return { reservation: part("reservation"), charge: part("charge"), shipment: part("shipment") };
  }

  async #call(ports: Ports, what: string, signal: AbortSignal): Promise<void> {
    this.calls.push(what);
    const nth = this.#count(what);
    await ports.clock.sleep((this.#trouble.seconds?.(what) ?? 0.2) * 1000);
    signal.throwIfAborted();
    const error = this.#trouble.fails?.(what, nth);
    if (error) throw error;
  }

  #count(what: string): number {
    return this.calls.filter((each) => each === what).length;
  }
}

function start(shop: FakeShop): Sandbox {
  return new Sandbox((ports) => createWorker(Object.values(orderTasks(shop.for(ports)))), {
    permitSeconds: 30,
  });
}

it("an order that nothing goes wrong with is made once, in order", async () => {
  const shop = new FakeShop();
  const box = start(shop);
  const [record] = await box.settled([await box.submit("placeOrder", ORDER)], 60);
  expect(JSON.parse(record?.result ?? "")).toEqual({
    reservation: "reservation made",
    receipt: "charge made",
    parcel: "shipment made",
  });
  expect(shop.log).toEqual(["reservation", "charge", "shipment"]);
});

it("a parcel that cannot be sent has all undone, the last first", async () => {
  const shop = new FakeShop({
    // Three times it cannot be reached; the fourth time it had gone out when the answer was lost.
    fails: (what, nth) => (what === "shipment" && nth < 4 ? new Error("no answer") : undefined),
    afterEffect: async (what) => {
      if (what === "shipment") throw new Error("no answer");
    },
  });
  const box = start(shop);
  const [record] = await box.settled([await box.submit("placeOrder", ORDER)], 600);
  expect(record).toMatchObject({ state: "failed", error: { message: "no answer" } });
  expect(shop.log.slice(3)).toEqual(["undo shipment", "undo charge", "undo reservation"]);
  expect([...shop.holds]).toEqual([]);
});

it("a card that is refused leaves no reservation, and nothing is sent", async () => {
  const shop = new FakeShop({
    fails: (what) => (what === "charge" ? new NonRetryableError("refused") : undefined),
  });
  const box = start(shop);
  const [record] = await box.settled([await box.submit("placeOrder", ORDER)], 60);
  expect(record).toMatchObject({ state: "failed", error: { message: "refused" } });
  expect(shop.log).toEqual(["reservation", "undo reservation"]);
});

it("a crash between charging and recording it charges once", async () => {
  const shop: FakeShop = new FakeShop({
    afterEffect: (what, nth) => {
      if (what !== "charge" || nth > 1) return undefined;
      for (const each of box.workers) each.die();
      return new Promise(() => {});
    },
  });
  const box = start(shop);
  const [record] = await box.settled([await box.submit("placeOrder", ORDER)], 600);
  expect(record?.state).toBe("succeeded");
  expect(shop.calls.filter((each) => each === "charge")).toHaveLength(2);
  expect(shop.log).toEqual(["reservation", "charge", "shipment"]);
});

it("what is cancelled is undone, and to cancel that as well changes nothing", async () => {
  const shop = new FakeShop({
    seconds: (what) => (what === "shipment" ? 30 : 0.2),
    fails: (what, nth) => (what === "undo charge" && nth < 5 ? new Error("closed") : undefined),
  });
  const box = start(shop);
  const id = await box.submit("placeOrder", ORDER);
  await box.world.run(box.world.now + 5000);
  expect(shop.log).toEqual(["reservation", "charge"]);
  expect(await box.during(cancel(box.ports, id))).toBe(true);
  // The parcel's call ends after 30 seconds; the charge cannot be undone at once.
  await box.world.run(box.world.now + 32_000);
  expect(shop.calls).toContain("undo charge");
  await box.during(cancel(box.ports, id));
  const [record] = await box.settled([id], 600);
  expect(record?.state).toBe("cancelled");
  await box.world.run(box.world.now + 60_000);
  expect(shop.log).toEqual(["reservation", "charge", "undo charge", "undo reservation"]);
});
