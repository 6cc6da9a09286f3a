/**
 * The API's calls that handles and the client share, by name.
 */
import type { Future } from "../core/wire.ts";
import { toJson } from "./json.ts";
import type { Answer, Transport } from "./transport.ts";
import { Watcher } from "./watcher.ts";

export class Api {
  readonly #transport: Transport;
  /** Awaits futures, many with one held request. */
  readonly watcher: Watcher;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.watcher = new Watcher(async (ids, holdSeconds, signal) => {
      const options = { holdSeconds, signal, patient: true };
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) {
        const path = `${pathOf(only)}?wait=${holdSeconds}`;
        const answer = await transport.call<Future>("GET", path, options);
        return { ...answer, value: [answer.value] };
      }
      const path = `/futures?ids=${ids.map(encodeURIComponent).join(",")}&wait=${holdSeconds}`;
      const answer = await transport.call<{ futures: Future[] }>("GET", path, options);
      return { ...answer, value: answer.value.futures };
    });
  }

  async get(id: string): Promise<Future> {
    return (await this.#transport.call<Future>("GET", pathOf(id))).value;
  }

  /** Sends a body that may hold anything of the user's. */
  async post<T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T> {
    return (await this.postText<T>(path, toJson(body))).value;
  }

  postText<T>(path: string, body: string): Promise<Answer<T>> {
    return this.#transport.call<T>("POST", path, { body });
  }

  /** Acts on one future: settle, cancel or priority. */
  act<T>(id: string, action: string, body: Record<string, unknown>): Promise<Answer<T>> {
    return this.postText<T>(`${pathOf(id)}/${action}`, toJson(body));
  }
}

function pathOf(id: string): string {
  return `/futures/${encodeURIComponent(id)}`;
}
