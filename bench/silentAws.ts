/**
 * An AWS in which there is nothing: what a function's first call needs of it, without its time.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface SilentAws {
  url: string;
  close(): void;
}

type Sent = { MessageBody: string };
type Entries = (Sent & { Id: string })[];

export async function silentAws(): Promise<SilentAws> {
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const body = JSON.parse((await text(request)) || "{}") as object;
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(JSON.stringify(answer(operation, body)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(operation: string, body: object): object {
  if (operation === "SendMessage") return sent(body as Sent);
  if (operation === "SendMessageBatch") {
    const { Entries } = body as { Entries: Entries };
    return { Successful: Entries.map((each) => ({ Id: each.Id, ...sent(each) })), Failed: [] };
  }
  if (operation === "GetQueueAttributes") return { Attributes: NOTHING_WAITS };
  return operation === "Query" ? { Items: [], Count: 0 } : {};
}

const NOTHING_WAITS = {
  ApproximateNumberOfMessages: "0",
  ApproximateNumberOfMessagesNotVisible: "0",
  ApproximateNumberOfMessagesDelayed: "0",
};

/** The SDK compares the digest with what it sent. */
function sent({ MessageBody }: Sent) {
  return { MessageId: "m", MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") };
}
