/**
 * Watchers beyond those that stand in the future's own item.
 */
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Store } from "../../core/ports.ts";
import type { Item } from "./item.ts";
import { WATCHER_PREFIX } from "./keys.ts";
import { putWatcherItem, queryWatchers, sideItemExpiry } from "./sideCommands.ts";
import type { Table } from "./table.ts";

export function createWatchers(table: Table): Pick<Store, "putWatcher" | "watchers"> {
  return {
    async putWatcher(id, watcher) {
      const expires = sideItemExpiry(table.now());
      await table.client.send(new PutCommand(putWatcherItem(table.name, id, watcher, expires)));
    },

    async watchers(id) {
      const watchers: string[] = [];
      let from: Item | undefined;
      do {
        const page = await table.client.send(new QueryCommand(queryWatchers(table.name, id, from)));
        watchers.push(...(page.Items ?? []).map(({ sk }) => sk.slice(WATCHER_PREFIX.length)));
        from = page.LastEvaluatedKey;
      } while (from);
      return watchers;
    },
  };
}
