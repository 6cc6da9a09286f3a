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
  /** Attempts so far, the current one included; to be suspended and resumed is none. */
  attempts: number;
  /** Of a coroutine: how often it was suspended. */
  resumes?: number;
  /** ISO 8601 with milliseconds, as all times. */
  createdAt: string;
  /** When the current or last attempt began. */
  startedAt?: string;
  settledAt?: string;
  /** Of an aggregate: the number of its members, once it is known. */
  size?: number;
  /** Present when it has succeeded, unless it is paged or a download. */
  result?: unknown;
  /** With returnExceptions: which places of the result hold `{error}`. */
  exceptions?: number[];
  /** It has succeeded, and its result is read page by page: `GET /futures/{id}/results`. */
  paged?: true;
  /** It has succeeded, and its result is too large for one answer. */
  download?: Download;
  /** Present when it has failed or was cancelled. */
  error?: ErrorRecord;
}

/** A future in the tree of what it has made. */
export interface TreeNode
  extends Pick<
    Future,
    "id" | "kind" | "task" | "state" | "priority" | "size" | "createdAt" | "startedAt" | "settledAt"
  > {
  /** Of a coroutine: how often it was suspended. */
  resumes?: number;
  error?: ErrorRecord;
  /** Of a suspended coroutine: the ids of what it waits for. */
  awaits?: string[];
  /** What it has made: a coroutine by its calls, a gather of tasks by its members. */
  children: TreeNode[];
  /** It has made more than the answer has room for: ask for the tree of a child. */
  more?: true;
}

/** Where a large result is: its JSON, for whoever has the address. */
export interface Download {
  url: string;
  /** ISO 8601; after it the future is read again for another address. */
  expiresAt: string;
  bytes: number;
  /** In hexadecimal, as sha256sum prints it. */
  sha256: string;
}

/** A part of a succeeded aggregate's list. */
export interface ResultsPage<I = ResultItem> {
  /** The place of the first of them in the whole list. */
  from: number;
  results: I[];
  /** Where the following page begins; absent at the end. */
  next?: number;
}

/** A place in the list of a gather, a task group, an asCompleted or a some. */
export interface ResultItem {
  id: string;
  state: State;
  result?: unknown;
  error?: ErrorRecord;
  /** The member is itself a paged aggregate: its result is read by its own id. */
  paged?: true;
  /** In place of a result that is too large for one answer. */
  download?: Download;
}

/** A member of a wait. */
export interface WaitItem {
  id: string;
  done: boolean;
}

/** That a member has settled, as its aggregate heard it. */
export interface MemberReport {
  id: string;
  /** The member's number, from 0. */
  member: number;
  state: State;
}

/** The members that have reported since a cursor, in the order of their reports. */
export interface ReportsPage {
  reports: MemberReport[];
  cursor: string;
  /** Every member has reported. */
  complete: boolean;
  /** The aggregate has settled, and hears of no more members. */
  settled: boolean;
}

/** RFC 9457 problem details, with the fields that were wrong. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
  /** Of a 429: the band in which too much waits, and how much may. */
  band?: string;
  limit?: number;
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
  /** The worker pool that runs it. @default the default pool */
  pool?: string;
  /** An event is published when it has settled. @default false */
  event?: boolean;
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
  /** Tasks that may wait in it, ready or delayed; absent: any number. */
  limit?: number;
  /** Its work waits until it is resumed, in every pool. */
  paused: boolean;
  /** The pools in which it is paused, if that is not all of them. */
  pausedPools?: string[];
  /** Since when it is paused. */
  pausedSince?: string;
}
