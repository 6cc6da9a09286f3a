/**
 * Options of the aggregates, by asyncio's names where it has one.
 */
import type { ReturnWhen } from "../core/policies.ts";

export interface GatherOptions {
  /** Have errors in the list of results, instead of failing with the first. @default false */
  returnExceptions?: boolean | undefined;
  /** The gather's id. @default a new UUIDv7 */
  id?: string | undefined;
  /**
   * Members that are less urgent than this, and what they wait for, are raised to it.
   * @default they stay as they are
   */
  priority?: number | undefined;
}

export interface WaitOptions {
  /** When it settles. @default "ALL_COMPLETED" */
  returnWhen?: ReturnWhen | undefined;
  /** Seconds after which it settles with what is done by then. @default no limit */
  timeoutSeconds?: number | undefined;
  /** The wait's id. @default a new UUIDv7 */
  id?: string | undefined;
  /**
   * Members that are less urgent than this, and what they wait for, are raised to it.
   * @default they stay as they are
   */
  priority?: number | undefined;
}

/** For how long an aggregate waits. */
export interface TimedOptions {
  /** Seconds. @default no limit */
  timeoutSeconds?: number | undefined;
  /** The aggregate's id. @default a new UUIDv7 */
  id?: string | undefined;
  /**
   * Members that are less urgent than this, and what they wait for, are raised to it.
   * @default they stay as they are
   */
  priority?: number | undefined;
}

/** What becomes of the members that still run when an aggregate has settled. */
export interface FirstOptions {
  /** Cancel them. @default false: they go on */
  cancelRest?: boolean | undefined;
  /** The aggregate's id. @default a new UUIDv7 */
  id?: string | undefined;
  /**
   * Members that are less urgent than this, and what they wait for, are raised to it.
   * @default they stay as they are
   */
  priority?: number | undefined;
}

/** What `POST /aggregates` takes besides the members. */
export type AggregateFields = { policy: string; id?: string | undefined } & Record<string, unknown>;
