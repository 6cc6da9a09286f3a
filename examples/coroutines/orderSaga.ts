/**
 * An order as a saga: goods are reserved, the card is charged, the parcel is sent; and if one of that
 * fails, or the order is cancelled, all that was done is undone in reverse order, however long it takes.
 * https://microservices.io/patterns/data/saga.html
 */
import * as z from "zod";
import { defineTask } from "../../worker/index.ts";

const Order = z.object({
  item: z.string(),
  card: z.string(),
  cents: z.int().positive(),
  address: z.string(),
});
export type Order = z.infer<typeof Order>;

/** Something that can be done and undone. Both bear repeating: the key says what is meant. */
export interface Undoable {
  /** @throws NonRetryableError if to ask again would be in vain */
  make(key: string, order: Order, signal: AbortSignal): Promise<string>;
  /** Does nothing if there is nothing to undo. */
  undo(key: string, signal: AbortSignal): Promise<void>;
}

/** The order in which it is done. */
const PARTS = ["reservation", "charge", "shipment"] as const;
export type Part = (typeof PARTS)[number];
export type Shop = Record<Part, Undoable>;

/** Seconds between two tries to undo something, at most. */
const LONGEST_PAUSE = 3600;

export function orderTasks(shop: Shop) {
  /** Carriers are slow and fail often: a task has retries, and the order holds no slot meanwhile. */
  const ship = defineTask(
    "ship",
    {
      input: z.object({ key: z.string(), order: Order }),
      retry: { maxAttempts: 4, baseSeconds: 2, maxSeconds: 60 },
    },
    ({ key, order }, ctx) => shop.shipment.make(key, order, ctx.signal),
  );

  /** A task of its own, so that whoever cancels the order does not cancel this. */
  const undoOrder = defineTask(
    "undoOrder",
    { input: z.array(z.object({ part: z.enum(PARTS), key: z.string() })) },
    async (done, ctx) => {
      for (const { part, key } of done.toReversed()) {
        for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
          try {
            await ctx.step(`undo ${part}`, ({ signal }) => shop[part].undo(key, signal));
            break;
          } catch (error) {
            ctx.logger.warn("not undone yet", { part, error: String(error), again: pause });
            await ctx.sleep(pause);
          }
        }
      }
    },
  );

  const placeOrder = defineTask("placeOrder", { input: Order }, async (order, ctx) => {
    const begun: { part: Part; key: string }[] = [];
    // Noted before it is done: what has failed may have happened all the same. And the key is not the
    // step's id, since undoing must know it too.
    const begin = (part: Part) => {
      const key = `${ctx.id}-${part}`;
      begun.push({ part, key });
      return key;
    };
    const make = (part: Part) => {
      const key = begin(part);
      return ctx.step(part, ({ signal }) => shop[part].make(key, order, signal));
    };
    try {
      const reservation = await make("reservation");
      const receipt = await make("charge");
      const parcel = await ctx.submit(ship, { key: begin("shipment"), order });
      return { reservation, receipt, parcel };
    } catch (error) {
      await ctx.shield(ctx.submit(undoOrder, begun));
      throw error;
    }
  });

  return { ship, undoOrder, placeOrder };
}
