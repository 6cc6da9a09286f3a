/**
 * What requests are sent to.
 */
import type { FuzzAnswer } from "./judge.ts";
import type { FuzzRequest } from "./requests.ts";

export interface Target {
  /** The longest that a read may be held here, in seconds. */
  maxWaitSeconds: number;
  /** Requests that meet what those before them made; then all is forgotten. */
  round: number;
  send(request: WireRequest): Promise<FuzzAnswer>;
  /** Forgets everything. */
  reset(): Promise<void>;
  /** Lets workers and settler do a little of what waits. */
  goOn(): Promise<void>;
  /**
   * Lets everything go on until nothing is left to do.
   * @param ids of the futures that were accepted
   * @returns what breaks a promise of the design
   */
  settle(ids: readonly string[]): Promise<string[]>;
  stop(): Promise<void>;
}

export type WireRequest = Pick<FuzzRequest, "method" | "target" | "headers" | "body">;

/** A request with a JSON body, or none. */
export function request(method: string, target: string, body?: unknown): WireRequest {
  if (body === undefined) return { method, target, headers: {} };
  const headers = { "content-type": "application/json" };
  return { method, target, headers, body: Buffer.from(JSON.stringify(body)) };
}
