/**
 * Objects as files of the data directory, so that they are there after a restart as the table is.
 * (fauxqs keeps them in memory, or as files whose names are too long for the longest ids.)
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface StoredObject {
  body: Buffer;
  contentType: string;
  tags: Readonly<Record<string, string>>;
}

export interface ObjectStore {
  put(bucket: string, key: string, object: StoredObject): Promise<void>;
  get(bucket: string, key: string): Promise<StoredObject | undefined>;
  remove(bucket: string, key: string): Promise<void>;
}

/** @param directory where the files are; made when there is something to keep */
export function createObjectStore(directory: string): ObjectStore {
  const fileOf = (bucket: string, key: string) => {
    // A name of one length, whatever the key's.
    const name = createHash("sha256").update(`${bucket}/${key}`).digest("hex");
    return join(directory, name);
  };
  return {
    async put(bucket, key, { body, ...about }) {
      await mkdir(directory, { recursive: true });
      // Whole or not at all, also for whoever reads or kills this process meanwhile.
      const draft = join(directory, `${randomUUID()}.draft`);
      const head = Buffer.from(`${JSON.stringify({ bucket, key, ...about })}\n`);
      await writeFile(draft, Buffer.concat([head, body]));
      await rename(draft, fileOf(bucket, key));
    },

    async get(bucket, key) {
      const content = await readFile(fileOf(bucket, key)).catch(noneIfMissing);
      if (!content) return undefined;
      const end = content.indexOf("\n");
      const { contentType, tags } = JSON.parse(content.toString("utf8", 0, end)) as StoredObject;
      return { body: content.subarray(end + 1), contentType, tags };
    },

    async remove(bucket, key) {
      await rm(fileOf(bucket, key), { force: true });
    },
  };
}

function noneIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
