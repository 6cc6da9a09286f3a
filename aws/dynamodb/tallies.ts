/**
 * Tallies of aggregates: an item apart from the aggregate's, so that reports neither pay for its
 * size nor slow it down.
 */
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Store } from "../../core/ports.ts";
import { readItem } from "./commands.ts";
import type { Item } from "./item.ts";
import { tallyKey } from "./keys.ts";
import { reportCode, sideItemExpiry } from "./sideCommands.ts";
import { type Table, unlessRefused } from "./table.ts";

export function createTallies(table: Table): Pick<Store, "report" | "tally"> {
  return {
    /**
     * After a lost answer the SDK's repeat is refused, and a report that was new is told as an old
     * one. That errs on the safe side: an old report makes core look again at what is owed.
     */
    async report(aggregate, code) {
      const expires = sideItemExpiry(table.now());
      const command = new UpdateCommand(reportCode(table.name, aggregate, code, expires));
      const { output, refused } = await unlessRefused(table.client.send(command));
      return refused
        ? { codes: codesOf(refused.item), fresh: false }
        : { codes: codesOf(output.Attributes), fresh: true };
    },

    async tally(aggregate) {
      const command = new GetCommand(readItem(table.name, tallyKey(aggregate)));
      return codesOf((await table.client.send(command)).Item);
    },
  };
}

function codesOf(item: Item | undefined): readonly number[] {
  return (item?.codes as number[] | undefined) ?? [];
}
