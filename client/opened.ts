/**
 * Aggregates that are open: they take members page by page, and settle once they are sealed.
 */
import type { Future } from "../core/wire.ts";
import type { AggregateFields } from "./aggregateOptions.ts";
import type { Api } from "./api.ts";
import type { Chunk } from "./batch.ts";
import { ConflictError } from "./errors.ts";
import { FutureHandle } from "./handle.ts";
import { inLanes } from "./lanes.ts";
import { renumbered } from "./renumber.ts";

export interface OpenFields extends AggregateFields {
  id: string;
  /** Whether its members are born with it or exist already. */
  members: "tasks" | "futures";
}

export class Opened {
  readonly id: string;
  readonly #api: Api;
  readonly #list: "tasks" | "of";

  private constructor(api: Api, { id, members }: OpenFields) {
    this.#api = api;
    this.id = id;
    this.#list = members === "tasks" ? "tasks" : "of";
  }

  static async open(api: Api, fields: OpenFields): Promise<Opened> {
    await api.post<Future>("/aggregates/open", fields);
    return new Opened(api, fields);
  }

  /**
   * Adds members, a page in a request and four requests at once.
   * @param pages of tasks or ids as JSON; those of ids have a thousand each, but for the last
   * @param first the number of the first of them; of ids a multiple of 250
   * @throws BadRequestError, NotFoundError with fields numbered within all pages; some may have
   * been added
   */
  async add(pages: readonly Chunk[], first = 0): Promise<void> {
    await inLanes(pages, async ({ start, texts }) => {
      try {
        const members = `"${this.#list}":[${texts.join(",")}]`;
        await this.#api.addMembers(this.id, `{"start":${first + start},${members}}`);
      } catch (error) {
        throw renumbered(error, this.#list, (index) => start + index);
      }
    });
  }

  /** From now on it settles as its policy says. */
  async seal(size: number): Promise<Future> {
    return (await this.#api.act<Future>(this.id, "seal", { size })).value;
  }

  cancel(): Promise<boolean> {
    return new FutureHandle(this.#api, this.id).cancel();
  }

  /**
   * Cancels what cannot be completed, so that its members do not run for nothing.
   * @param why what went wrong; a conflict says that this id is another's, or has settled
   */
  async abandon(why: unknown): Promise<void> {
    if (why instanceof ConflictError) return;
    // What went wrong first is what the caller must hear of. Unsealed, it fails by itself.
    await this.cancel().catch(() => undefined);
  }
}
