/**
 * What lies outside of the deployment, in small: a shop's services, an office and a web site. They
 * keep what they were told, so that one can see what has happened.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A letter to a reviewer. */
export interface Letter {
  to: string;
  promise: string;
  token: string;
}

export interface World {
  address: string;
  /** Changes in their order, as "PUT charges". */
  log: readonly string[];
  /** The first letter to a reviewer. */
  letter(to: string): Promise<Letter>;
  close(): void;
}

/** Cards that are refused end with this. */
export const EMPTY_CARD = "0000";
/** Addresses that no carrier goes to. */
export const NOWHERE = "Atlantis";

/**
 * @param port 0: any that is free
 * @param pages of each document
 */
export async function startWorld(port: number, pages: number): Promise<World> {
  const kept = new Map<string, string>();
  const log: string[] = [];
  const letters = new Map<string, Letter>();
  const awaiting = new Map<string, (letter: Letter) => void>();

  function change(method: string, path: string, text: string): [number, unknown] {
    const [, what = ""] = path.split("/");
    const done = kept.has(path);
    // To repeat is to do nothing.
    if (method === "PUT" ? done : !done) return [200, kept.get(path) ?? null];
    const body = JSON.parse(text || "{}") as Record<string, string>;
    if (what === "charges" && body.card?.endsWith(EMPTY_CARD)) return [402, "The card is refused."];
    if (what === "shipments" && body.address === NOWHERE)
      return [422, `${NOWHERE} is under water.`];
    log.push(`${method} ${what}`);
    if (method === "PUT") kept.set(path, `${what} ${kept.size + 1}`);
    else kept.delete(path);
    if (method === "PUT" && what === "letters") deliverLetter(body as unknown as Letter);
    return [200, kept.get(path) ?? null];
  }

  function deliverLetter(letter: Letter): void {
    letters.set(letter.to, letter);
    awaiting.get(letter.to)?.(letter);
  }

  const server = createServer(async (request, response) => {
    const { method = "GET", url: path = "/" } = request;
    const text = await textOf(request);
    if (method !== "GET") return answer(response, ...change(method, path, text));
    if (/^\/documents\/[^/]+\/pages$/.test(path)) return answer(response, 200, pages);
    const page = /\/pages\/(\d+)\/words$/.exec(path)?.[1];
    if (page !== undefined) return answer(response, 200, 200 + (Number(page) % 100));
    answerPage(response, path);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    async letter(to) {
      return letters.get(to) ?? new Promise((resolve) => awaiting.set(to, resolve));
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Ten pages, each with links to two others; the last is missing. */
const SITE_PAGES = 10;

function answerPage(response: ServerResponse, path: string): void {
  const number = Number(/^\/site\/(\d+)$/.exec(path)?.[1] ?? Number.NaN);
  const found = number < SITE_PAGES - 1;
  response.writeHead(found ? 200 : 404, { "content-type": "text/html" });
  const links = [number * 2 + 1, number * 2 + 2, 0].filter((each) => each < SITE_PAGES);
  response.end(found ? links.map((each) => `<a href="/site/${each}#top">next</a>`).join() : "");
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
