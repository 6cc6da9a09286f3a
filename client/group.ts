/**
 * Aggregates whose members come bit by bit.
 */
import type { Api } from "./api.ts";
import type { FutureHandle } from "./handle.ts";
import type { Intake } from "./intake.ts";
import type { HandleClass } from "./making.ts";
import type { Opened } from "./opened.ts";

/**
 * An aggregate that is open: it takes members until it is sealed, and settles only after that. If
 * it is not sealed in time it fails with a RemoteError named UnsealedError.
 *
 * @typeParam M what it takes
 * @typeParam H the handle that it becomes
 * @example
 * const group = await forerun.open("gather", { returnExceptions: true });
 * for await (const keys of pages) await group.add(keys.map((key) => task(resize, { key })));
 * const gather = await group.seal();
 */
export class OpenGroup<M, H> {
  readonly id: string;
  readonly #api: Api;
  readonly #opened: Opened;
  readonly #intake: Intake<M>;
  readonly #Handle: HandleClass<H>;
  #handle: H | undefined;
  /** Numbers are given in the order of the calls, so each waits for those before it. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Groups come from `forerun.open`. */
  constructor(api: Api, opened: Opened, intake: Intake<M>, Handle: HandleClass<H>) {
    this.#api = api;
    this.id = opened.id;
    this.#opened = opened;
    this.#intake = intake;
    this.#Handle = Handle;
  }

  /**
   * Adds members behind those that it has. Tasks are submitted: once this resolves they will run.
   * Futures are kept until a thousand can be sent together, or until `seal()`.
   *
   * If tasks that fit one request (up to 1,000) are refused, none of them was added and the group
   * may go on. After any other failure it has a gap, and is cancelled.
   *
   * @returns handles of the members, in the same order
   * @throws BadRequestError, NotFoundError; fields are numbered within the tasks that were given,
   * as in `tasks[3].input.width`, but of futures within all that the group took, as in `of[1007]`
   * @throws ConflictError if it is sealed, or has settled
   * @throws ConnectionError
   */
  async add(members: readonly M[]): Promise<FutureHandle[]> {
    const add = this.#intake.prepare(members);
    return this.#inTurn(add);
  }

  /**
   * Has it settle as its policy says. Members cannot be added any more; sealing again gives the
   * same handle.
   * @throws as `add`; ConflictError if it has settled, because it was cancelled or not sealed in time
   */
  seal(): Promise<H> {
    return this.#inTurn(async () => {
      if (this.#handle) return this.#handle;
      await this.#intake.flush();
      const { members, size } = this.#intake;
      const known = await this.#opened.seal(size);
      this.#handle = new this.#Handle(this.#api, this.id, members, known);
      return this.#handle;
    });
  }

  /**
   * Settles it at once and cancels the members that were added.
   * @returns false if it had settled already
   */
  cancel(): Promise<boolean> {
    return this.#opened.cancel();
  }

  #inTurn<R>(call: () => Promise<R>): Promise<R> {
    const result = this.#turn.then(call);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
