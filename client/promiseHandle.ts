/**
 * Promises: futures that are settled from outside, as `loop.create_future()`.
 */
import type { ErrorRecord } from "../core/future.ts";
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { InvalidStateError } from "./errors.ts";
import { FutureHandle } from "./handle.ts";
import { toErrorRecord } from "./outcome.ts";
import { readResult } from "./paged.ts";
import { sameJson } from "./sameJson.ts";

type Outcome = { result: unknown } | { error: ErrorRecord };

/**
 * A promise: whoever has its id settles it, once, from anywhere.
 *
 * @example
 * const approval = await forerun.promise<boolean>({ token: true });
 * // In the fragment: browsers send it to nobody, and the page posts it (settleByToken).
 * sendMail(`https://example.com/approve#${approval.id}/${approval.token}`);
 * const approved = await approval.result({ timeoutSeconds: 3600 });
 * // elsewhere: await forerun.promiseOf<boolean>(id).settle(true);
 */
export class PromiseHandle<T = unknown> extends FutureHandle<T> {
  readonly #api: Api;
  /** Settles it without any other right; of a promise that was made with `token: true`. */
  readonly token?: string;

  constructor(api: Api, id: string, known?: Future, token?: string) {
    super(api, id, known);
    this.#api = api;
    if (token !== undefined) this.token = token;
  }

  /**
   * Settles it with a result, as `Future.set_result`; undefined is sent as null.
   * @throws InvalidStateError if it has settled otherwise
   */
  async settle(result: T): Promise<void> {
    await this.#settle({ result: result === undefined ? null : result });
  }

  /**
   * Settles it with an error, as `Future.set_exception`: who awaits it is thrown an error of that
   * name and message.
   * @throws InvalidStateError if it has settled otherwise
   */
  async reject(error: Error): Promise<void> {
    await this.#settle({ error: toErrorRecord(error) });
  }

  async #settle(outcome: Outcome): Promise<void> {
    try {
      await this.#api.act(this.id, "settle", outcome);
    } catch (refused) {
      // A repeat may be refused because of the first request, whose answer was lost.
      const repeated = refused instanceof InvalidStateError && refused.attempts > 1;
      if (!repeated || !(await this.#hasSettled(outcome))) throw refused;
    }
  }

  async #hasSettled(outcome: Outcome): Promise<boolean> {
    const future = await this.get();
    if ("result" in outcome) {
      if (future.state !== "succeeded") return false;
      return sameJson(await readResult(this.#api, future), outcome.result);
    }
    const { name, message } = outcome.error;
    return future.error?.name === name && future.error.message === message;
  }
}
