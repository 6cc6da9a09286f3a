/**
 * The services that the examples use, over HTTP. What is put under a key of one's own bears repeating
 * (RFC 9110, section 9.2.2).
 */
import { NonRetryableError } from "../../worker/index.ts";
import type { Web } from "./crawler.ts";
import type { Office } from "./documentPipeline.ts";
import type { Shop, Undoable } from "./orderSaga.ts";

export function httpShop(address: string): Shop {
  const part = (name: string): Undoable => ({
    async make(key, order, signal) {
      const body = JSON.stringify(order);
      const response = await call(`${address}/${name}/${key}`, { method: "PUT", body, signal });
      return (await response.json()) as string;
    },
    async undo(key, signal) {
      await call(`${address}/${name}/${key}`, { method: "DELETE", signal });
    },
  });
  return {
    reservation: part("reservations"),
    charge: part("charges"),
    shipment: part("shipments"),
  };
}

export function httpOffice(address: string): Office {
  const get = async (path: string, signal: AbortSignal) =>
    (await (await call(`${address}/documents/${path}`, { signal })).json()) as number;
  const put = async (path: string, body: object) => {
    await call(`${address}/${path}`, { method: "PUT", body: JSON.stringify(body) });
  };
  return {
    countPages: (document, signal) => get(`${document}/pages`, signal),
    countWords: (document, page, signal) => get(`${document}/pages/${page}/words`, signal),
    ask: ({ key, ...letter }) => put(`letters/${key}`, letter),
    deliver: (document, summary, key) => put(`deliveries/${key}`, { document, summary }),
  };
}

export const httpWeb: Web = {
  async fetchPage(url, signal) {
    const response = await fetch(url, { signal });
    const text = await response.text();
    if (response.status >= 500) throw new Error(`${url} answered ${response.status}.`);
    const links = [...text.matchAll(/<a\s[^>]*href="([^"]*)"/gi)].map(([, link = ""]) => link);
    return { status: response.status, links };
  },
};

/** @throws NonRetryableError if the service refuses */
async function call(url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request);
  if (response.ok) return response;
  const text = `${request.method ?? "GET"} ${url}: ${response.status} ${await response.text()}`;
  throw response.status < 500 ? new NonRetryableError(text) : new Error(text);
}
