/**
 * Texts too large for an item.
 */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { inBatches } from "../../core/parallel.ts";
import type { Store } from "../../core/ports.ts";
import { readItem } from "./commands.ts";
import { blobPageKey } from "./keys.ts";
import { cutIntoPages } from "./pages.ts";
import { claimBlobPage, putBlobPage, sideItemExpiry } from "./sideCommands.ts";
import { type Table, unlessRefused } from "./table.ts";

/**
 * The first page is written last and holds the number of pages: so a text whose writer died half
 * way does not exist, rather than exist in part.
 */
export function createBlobs(table: Table): Pick<Store, "putBlob" | "claimBlob" | "blob"> {
  return {
    async putBlob(id, name, text) {
      const pages = cutIntoPages(text);
      const expires = sideItemExpiry(table.now());
      const put = ([page, part]: [number, string]) =>
        table.client.send(
          new PutCommand(putBlobPage(table.name, { id, name, page }, part, pages.length, expires)),
        );
      const [first, ...others] = [...pages.entries()];
      await inBatches(others, put);
      if (first) await put(first);
    },

    async claimBlob(id, name, text) {
      const expires = sideItemExpiry(table.now());
      const command = new PutCommand(claimBlobPage(table.name, id, name, text, expires));
      const { refused } = await unlessRefused(table.client.send(command));
      return refused ? (refused.item as unknown as Page).text : text;
    },

    async blob(id, name) {
      const first = await readPage(table, id, name, 0);
      if (!first) return undefined;
      const others = Array.from({ length: first.pages - 1 }, (_, index) => index + 1);
      const texts = await inBatches(others, async (page) => {
        const found = await readPage(table, id, name, page);
        // Never by a torn write; only if someone deleted it, or it has begun to expire.
        if (!found) throw new Error(`Page ${page} of ${name} of the future ${id} is missing.`);
        return found.text;
      });
      return [first.text, ...texts].join("");
    },
  };
}

interface Page {
  text: string;
  /** The number of pages; only in page 0. */
  pages: number;
}

async function readPage(
  table: Table,
  id: string,
  name: string,
  page: number,
): Promise<Page | undefined> {
  const command = new GetCommand(readItem(table.name, blobPageKey(id, name, page)));
  return (await table.client.send(command)).Item as Page | undefined;
}
