/**
 * Watchers beyond those that stand in the future's own item.
 */
import { DeleteCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Store } from "../../core/ports.ts";
import { WATCHER_PREFIX, watcherKey } from "./keys.ts";
import { deleteWatcherItem, queryWatchers, sideItemExpiry, watcherItem } from "./sideCommands.ts";
import type { Table } from "./table.ts";
import { writeInBatches } from "./writeInBatches.ts";

type Watchers = Pick<Store, "putWatchers" | "removeWatcher" | "watchers">;

export function createWatchers(table: Table): Watchers {
  return {
    async putWatchers(id, watchers) {
      const expires = sideItemExpiry(table.now());
      await writeInBatches(
        table,
        watchers.map((watcher) => watcherItem(id, watcher, expires)),
      );
    },

    async removeWatcher(id, watcher) {
      await table.client.send(new DeleteCommand(deleteWatcherItem(table.name, id, watcher)));
    },

    /** The cursor is the last watcher of the page: what comes after it does not change by deletes. */
    async watchers(id, limit, cursor) {
      const from = cursor === undefined ? undefined : watcherKey(id, cursor);
      const query = new QueryCommand(queryWatchers(table.name, id, limit, from));
      const { Items = [], LastEvaluatedKey: last } = await table.client.send(query);
      const watchers = Items.map(({ sk }) => String(sk).slice(WATCHER_PREFIX.length));
      if (!last) return { watchers };
      return { watchers, cursor: String(last.sk).slice(WATCHER_PREFIX.length) };
    },
  };
}
