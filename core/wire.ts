/**
 * The shapes that travel over HTTP; the API's schemas are checked against them, and the client
 * uses them.
 */
import type { ErrorRecord, Kind, State } from "./future.ts";

export interface Future {
  id: string;
  kind: Kind;
  /** Name of the task in the registry; only of tasks. */
  task?: string;
  state: State;
  /** Lower is more urgent; only of tasks. */
  priority?: number;
  /** Name of the band that the priority falls into. */
  band?: string;
  /** Runs of the handler so far, the current one included. */
  attempts: number;
  /** ISO 8601 with milliseconds, as all times. */
  createdAt: string;
  /** When the current or last attempt began. */
  startedAt?: string;
  settledAt?: string;
  /** Number of members; only of aggregates, and of one that is being filled once it is sealed. */
  size?: number;
  /** Present when it has succeeded. */
  result?: unknown;
  /** It has succeeded, and its result is too much for one answer: `GET …/results` gives it. */
  paged?: true;
  /** With returnExceptions: which places of the result hold `{error}`. */
  exceptions?: number[];
  /** Present when it has failed or was cancelled. */
  error?: ErrorRecord;
}

/** A page of an aggregate's list of results. */
export interface ResultsPage {
  /** Place of the first item in the list. */
  from: number;
  results: (ResultItem | DoneItem)[];
  /** Where the following page begins; absent at the end. */
  next?: number;
}

/** A member with its outcome. */
export interface ResultItem {
  id: string;
  state: State;
  result?: unknown;
  error?: ErrorRecord;
  /** Its own result is too much for one answer. */
  paged?: true;
}

/** A member of a wait. */
export interface DoneItem {
  id: string;
  done: boolean;
}

/** Members that have reported to an aggregate, in the order of their reports. */
export interface ReportsPage {
  reports: { id: string; member: number; state: State }[];
  /** Where to go on. */
  cursor: string;
  /** Every member has reported. */
  complete: boolean;
  /** The aggregate has settled: it hears of no more members. */
  settled: boolean;
}

/** RFC 9457 problem details, with the fields that were wrong. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
}

/** What the API knows of the tasks: made at synthesis from their definitions. */
export interface Manifest {
  tasks: Record<string, ManifestTask>;
}

export interface ManifestTask {
  /** JSON Schema (draft 2020-12) of the input; absent: any JSON. */
  input?: Record<string, unknown>;
  /** Seconds that one attempt may take unless the request says otherwise. */
  timeoutSeconds: number;
}

/** A band as `GET /bands` shows it; numbers are SQS's approximate ones. */
export interface BandView {
  name: string;
  /** The lowest priority integer; the first band has none. */
  from?: number;
  /** The highest priority integer, inclusive; the last band has none. */
  to?: number;
  ready: number;
  inFlight: number;
  delayed: number;
  paused: boolean;
}
