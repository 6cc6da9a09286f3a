/**
 * The bands of a deployment, for operators.
 */
import type { BandView } from "../core/wire.ts";
import type { Transport } from "./transport.ts";

export interface OfPool {
  /** Only in this worker pool. @default all pools */
  pool?: string | undefined;
}

/** What waits in the bands, and whether it may begin: `forerun.bands`. */
export class Bands {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All bands, the most urgent first; numbers are approximate. */
  async list(): Promise<BandView[]> {
    const answer = await this.#transport.call<{ bands: BandView[] }>("GET", "/bands");
    return answer.value.bands;
  }

  /**
   * Pauses a band: submissions are accepted as before, tasks that run end, and within five seconds
   * nothing of it begins any more, retries and delayed tasks included. To repeat it changes nothing.
   * @throws BadRequestError if there is no such band or pool; RequestError (403) if the caller is
   * bound to a tenant
   * @example
   * await forerun.bands.pause("low");
   */
  pause(band: string, { pool }: OfPool = {}): Promise<BandView> {
    return this.#change(band, "pause", pool);
  }

  /** Resumes a band: what waits in it begins at once. @throws as `pause` */
  resume(band: string, { pool }: OfPool = {}): Promise<BandView> {
    return this.#change(band, "resume", pool);
  }

  async #change(band: string, what: string, pool: string | undefined): Promise<BandView> {
    const query = pool === undefined ? "" : `?pool=${encodeURIComponent(pool)}`;
    const path = `/bands/${encodeURIComponent(band)}/${what}${query}`;
    return (await this.#transport.call<BandView>("POST", path, { body: "{}" })).value;
  }
}
