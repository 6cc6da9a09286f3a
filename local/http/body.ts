/**
 * Reads the body of a request.
 */
import type { IncomingMessage } from "node:http";

/** @returns undefined if it is longer than the limit in bytes */
export function readBody(request: IncomingMessage, limit = Infinity): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      // What is beyond the limit is read and dropped, so that the answer can be heard.
      if (length <= limit) chunks.push(chunk);
    });
    request.on("end", () => resolve(length > limit ? undefined : Buffer.concat(chunks)));
    request.on("error", reject);
  });
}
