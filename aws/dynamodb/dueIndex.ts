/**
 * The index of times that lie too far ahead for a queue's delay.
 */
import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { DueEntry, Store } from "../../core/ports.ts";
import { DUE_SHARDS, dueEntryOf } from "./keys.ts";
import { deleteDueEntry, putDueEntry, queryDue } from "./sideCommands.ts";
import type { Table } from "./table.ts";

export function createDueIndex(table: Table): Pick<Store, "putDue" | "dueBy" | "removeDue"> {
  return {
    async putDue(id, at) {
      await table.client.send(new PutCommand(putDueEntry(table.name, { id, at }, table.now())));
    },

    async dueBy(at, limit) {
      // The earliest of all may stand in one shard: so each is asked for as many as are wanted.
      const shards = await Promise.all(
        Array.from({ length: DUE_SHARDS }, (_, shard) => readShard(table, shard, at, limit)),
      );
      return shards
        .flat()
        .sort((a, b) => a.at - b.at)
        .slice(0, limit);
    },

    async removeDue(entry) {
      await table.client.send(new DeleteCommand(deleteDueEntry(table.name, entry)));
    },
  };
}

async function readShard(
  table: Table,
  shard: number,
  at: number,
  limit: number,
): Promise<DueEntry[]> {
  const command = new QueryCommand(queryDue(table.name, shard, at, limit));
  const { Items = [] } = await table.client.send(command);
  return Items.map(({ sk }) => dueEntryOf(sk));
}
