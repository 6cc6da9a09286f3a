/**
 * Tallies of aggregates: an item apart from the aggregate's, so that reports neither pay for its
 * size nor slow it down.
 */
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Store, Tally } from "../../core/ports.ts";
import { readItem } from "./commands.ts";
import type { Item } from "./item.ts";
import { tallyKey, tallyNameOf } from "./keys.ts";
import { readInBatches } from "./readInBatches.ts";
import { reportCode, sideItemExpiry } from "./sideCommands.ts";
import { type Table, unlessRefused } from "./table.ts";

export function createTallies(table: Table): Pick<Store, "report" | "tally" | "tallies"> {
  return {
    /**
     * After a lost answer the SDK's repeat is refused, and a report that was new is told as an old
     * one. That errs on the safe side: an old report makes core look again at what is owed.
     */
    async report(name, code, at) {
      const expires = sideItemExpiry(table.now());
      const command = new UpdateCommand(reportCode(table.name, name, { code, at }, expires));
      const { output, refused } = await unlessRefused(table.client.send(command));
      return refused
        ? { ...tallyOf(refused.item), fresh: false }
        : { ...tallyOf(output.Attributes), fresh: true };
    },

    async tally(name) {
      const command = new GetCommand(readItem(table.name, tallyKey(name)));
      return tallyOf((await table.client.send(command)).Item).codes;
    },

    async tallies(names) {
      const items = await readInBatches(table, names.map(tallyKey));
      return new Map(items.map((item) => [tallyNameOf(String(item.pk)), tallyOf(item)]));
    },
  };
}

function tallyOf(item: Item | undefined): Tally {
  const { codes = [], times } = (item ?? {}) as Partial<Tally>;
  return times ? { codes, times } : { codes };
}
