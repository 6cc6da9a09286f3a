/**
 * The API's calls that handles and the client share, by name.
 */
import type { Download, Future, ReportsPage, ResultsPage, TreeNode } from "../core/wire.ts";
import { NotFoundError } from "./errors.ts";
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

  async get(id: string, signal?: AbortSignal): Promise<Future> {
    const options = signal ? { signal } : {};
    return (await this.#transport.call<Future>("GET", pathOf(id), options)).value;
  }

  /**
   * The result of a future that is too large for an answer.
   * @param download as an answer told it; read again if its time is over
   */
  async download(id: string, download: Download, signal?: AbortSignal): Promise<unknown> {
    const read = async ({ url, bytes }: Download) => this.#transport.download(url, bytes, signal);
    let text = await read(download);
    if (text === undefined) {
      // The address was told long ago; another one is good, unless the result has gone.
      const { download: anew } = await this.get(id, signal);
      text = anew && (await read(anew));
    }
    if (text !== undefined) return JSON.parse(text) as unknown;
    throw new NotFoundError(`The result of ${id} does not exist any more: it has expired.`);
  }

  /** Sends a body that may hold anything of the user's. */
  async post<T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T> {
    return (await this.postText<T>(path, toJson(body))).value;
  }

  postText<T>(path: string, body: string): Promise<Answer<T>> {
    return this.#transport.call<T>("POST", path, { body });
  }

  /** Acts on one future: settle, cancel, priority or seal. */
  act<T>(id: string, action: string, body: Record<string, unknown>): Promise<Answer<T>> {
    return this.postText<T>(`${pathOf(id)}/${action}`, toJson(body));
  }

  /** Adds a page of members, as JSON text, to an open aggregate. */
  async addMembers(id: string, page: string): Promise<void> {
    await this.postText(`${pathOf(id)}/members`, page);
  }

  /** A page of a succeeded aggregate's list. */
  async results<I>(
    id: string,
    { from, limit }: { from: number; limit: number },
    signal?: AbortSignal,
  ): Promise<ResultsPage<I>> {
    const path = `${pathOf(id)}/results?from=${from}&limit=${limit}`;
    const options = { patient: true, ...(signal ? { signal } : {}) };
    return (await this.#transport.call<ResultsPage<I>>("GET", path, options)).value;
  }

  /** The future with what it has made. */
  async tree(id: string): Promise<TreeNode> {
    return (await this.#transport.call<TreeNode>("GET", `${pathOf(id)}/tree`)).value;
  }

  /** The members that have reported since the cursor, held until there is one. */
  reports(id: string, cursor: string | undefined, holdSeconds: number) {
    const after = cursor === undefined ? "" : `after=${encodeURIComponent(cursor)}&`;
    const path = `${pathOf(id)}/reports?${after}wait=${holdSeconds}`;
    return this.#transport.call<ReportsPage>("GET", path, { holdSeconds, patient: true });
  }
}

function pathOf(id: string): string {
  return `/futures/${encodeURIComponent(id)}`;
}
