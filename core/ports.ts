/**
 * What the rules need of the world. aws/ gives it on DynamoDB and SQS, test/simulation/ on
 * simulated parts with virtual time; the rules are the same code.
 */
import type { Config } from "./config.ts";
import type { FutureRecord, State } from "./future.ts";
import type { PauseChange, Pauses } from "./pauses.ts";

/** All that a use case is given. */
export interface Ports {
  config: Config;
  store: Store;
  /** Texts too large for the table. */
  objects: Objects;
  queues: Queues;
  clock: Clock;
  /** Only the settler has them, and only if a task asks for events. */
  notices?: Notices;
  /** Uniform in [0, 1). */
  random: () => number;
  /** A new id, ordered by time (UUIDv7). */
  newId: () => string;
  /** The trace of the request that is being served (trace.ts), for the futures that it makes. */
  trace?: () => string | undefined;
  /**
   * On whose behalf: only futures of this tenant exist for the call, and what it makes is the
   * tenant's. @default none: a deployment without tenants, or our own work
   */
  tenant?: string;
}

/** Events for the world outside. */
export interface Notices {
  /** Tells that a future has settled; at least once. */
  publish(record: FutureRecord): Promise<void>;
}

/** What the call of a function needs besides its event. */
export interface InvokeOptions {
  signal: AbortSignal;
  remainingMs: number;
  /** For the function's client context. */
  about: Record<string, unknown>;
}

/** Calls a function; a failure is what Lambda reports: `{errorType, errorMessage}`. */
export type Invoke = (
  arn: string,
  event: unknown,
  options: InvokeOptions,
) => Promise<{ result: unknown } | { failure: unknown }>;

export interface Clock {
  /** Milliseconds since the epoch; clocks of processes may differ by up to two seconds. */
  now(): number;
  /** Resolves after so many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** Resolves once all that need not wait has gone on: after a turn of the event loop. */
  turn(): Promise<void>;
  /** Calls after so many milliseconds, unless the function it gives is called before. */
  after(milliseconds: number, call: () => void): () => void;
}

/** What must be true of a stored future for a change to apply; all that is given must hold. */
export interface When {
  states?: readonly State[];
  turn?: number;
  token?: string;
  /** It is not due later than this (milliseconds). */
  dueBy?: number;
  /** No cancellation was requested. */
  uncancelled?: boolean;
  /** It is not stopping its members. */
  unstopped?: boolean;
  /** No cancellation was requested but the one of this token. */
  uncancelledBut?: string;
  /** This is among what it awaits. */
  awaiting?: string;
  /** It is less urgent than this: its number is higher. */
  priorityAbove?: number;
  /** What its members were lent is less urgent than this, or nothing. */
  lentAbove?: number;
  sealed?: boolean;
  /** Its extent is lower than this, or it has none. */
  extentBelow?: number;
  /** Its extent is this; none counts as 0. */
  extent?: number;
  /** It has fewer watchers inline than this. */
  watchersBelow?: number;
}

type Field = keyof FutureRecord;

/** A change to one stored future, applied whole or not at all. */
export interface Change {
  set?: Partial<Omit<FutureRecord, "id" | "watchers">>;
  remove?: readonly Field[];
  add?: Partial<Record<"turn" | "attempts" | "resumes" | "journal", number>>;
  /** Set only where nothing stands yet. */
  init?: Partial<Pick<FutureRecord, "began">>;
  /** Watchers to add to the set. */
  watch?: readonly string[];
  /** Watchers to take from it. */
  unwatch?: readonly string[];
}

/** Whether a conditional write was applied; the record is as it stands after it, or as it stood. */
export type Written =
  | { applied: true; record: FutureRecord }
  | { applied: false; record: FutureRecord | undefined };

/**
 * The table. Every write touches one item and is conditional where it says so; reads are
 * consistent. A write may be applied although its answer is lost (the call throws): whoever
 * repeats it finds its own effect.
 */
export interface Store {
  /** Stores a new future; refused if the id exists. */
  insert(record: FutureRecord): Promise<Written>;
  read(id: string): Promise<FutureRecord | undefined>;
  /** Those of the ids that exist, by id. */
  readMany(ids: readonly string[]): Promise<Map<string, FutureRecord>>;
  update(id: string, when: When, change: Change): Promise<Written>;

  /**
   * Appends a code to a tally unless it is there; gives the whole tally.
   * @param at milliseconds, for tallies that remember when each code came
   */
  report(tally: string, code: number, at?: number): Promise<Tally & { fresh: boolean }>;
  tally(tally: string): Promise<readonly number[]>;
  /** Those of the tallies that exist, by name. */
  tallies(names: readonly string[]): Promise<Map<string, Tally>>;

  /** Watchers beyond those that stand in the item itself. */
  putWatchers(id: string, watchers: readonly string[]): Promise<void>;
  removeWatcher(id: string, watcher: string): Promise<void>;
  /** A page of at most `limit`, and where to go on if there may be more. */
  watchers(id: string, limit: number, cursor?: string): Promise<WatcherPage>;

  /**
   * Text too large for an item, under a key of its own beside the future. Equal keys hold equal
   * text (they carry a hash or an attempt's token), so writing one again is harmless.
   */
  putBlob(id: string, name: string, text: string): Promise<void>;
  /**
   * The same for a text of at most 100 KB whose key another text may hold: then nothing is written.
   * @returns the text that stands there now
   */
  claimBlob(id: string, name: string, text: string): Promise<string>;
  blob(id: string, name: string): Promise<string | undefined>;

  /** The index of times that lie too far ahead for a queue's delay. */
  putDue(id: string, at: number): Promise<void>;
  /** Entries that are due by then, the earliest first, at most `limit` of them. */
  dueBy(at: number, limit: number): Promise<readonly DueEntry[]>;
  removeDue(entry: DueEntry): Promise<void>;

  /** Which bands are paused. */
  pauses(): Promise<Pauses>;
  /** Changes that, and gives what it is now. To repeat it changes nothing. */
  changePauses(change: PauseChange): Promise<Pauses>;

  /** Reads the whole table page by page; for repair only, no request path does it. */
  scan(cursor?: string): Promise<{ records: readonly FutureRecord[]; cursor?: string }>;
}

/**
 * The bucket. Equal keys hold equal text (they carry a hash or an attempt's token), so putting one
 * again is harmless; what nothing points to expires by itself.
 */
export interface Objects {
  /** @param short it may expire as soon as a settled future that nothing watches */
  put(key: string, text: Uint8Array, options: { sha256: string; short: boolean }): Promise<void>;
  get(key: string): Promise<string | undefined>;
  /** Lets what was put as short-lived live as long as anything may need it; what is gone stays so. */
  keep(key: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Where anybody can read it for so many seconds, without any other right. */
  address(key: string, seconds: number): Promise<string>;
}

/** Codes in the order in which they came, each once. */
export interface Tally {
  codes: readonly number[];
  /** When each came, in milliseconds; only of tallies that remember it. */
  times?: readonly number[];
}

export interface WatcherPage {
  watchers: readonly string[];
  cursor?: string;
}

export interface DueEntry {
  id: string;
  at: number;
}

/** The message on a band's queue: run this task, if this is still its turn. */
export interface TaskMessage {
  id: string;
  turn: number;
  /** Not before this time in milliseconds; absent for at once. */
  due?: number;
}

/** The right to fill one worker slot once; the band (by its index) is only a hint. */
export interface Permit {
  band: number;
  /**
   * Its task rang a reserved slot as well, and whichever permit comes second is surplus: by the
   * task's turn it can tell.
   */
  twin?: Pick<TaskMessage, "id" | "turn">;
  /**
   * It was rung for work whose permits are gone: whoever finds work by it that was ready at this time
   * (milliseconds) rings the next.
   */
  backlog?: number;
  /** How many more such permits are missing, at the least: so many are rung whatever is found. */
  missing?: number;
  /** When it becomes visible, in milliseconds, if it was sent with a delay. */
  due?: number;
}

/** Work on all members of an aggregate, or on all watchers of a future, done in pages. */
export type PagedWork = "cancel" | "withdraw" | "move" | "lend" | "reconcile" | "tell";

/** The message on the settle queue: perform what this future owes, or a page of its work. */
export interface SeeTo {
  id: string;
  work?: PagedWork | "notify";
  /** Which page of the members; absent: begin with the work. */
  page?: number;
  /** Which page of the watchers: from a `WatcherPage`. */
  after?: string;
}

/** A message to send. */
export interface Outgoing<T> {
  body: T;
  /** Whole seconds, 0 to 900 (the limit of SQS). */
  delaySeconds: number;
  /** SQS fair queues: the tenant, so that one tenant does not starve the others in a band. */
  group?: string;
}

/** A message as it was received; `handle` is good for this delivery only. */
export interface Received<T> {
  body: T;
  handle: string;
  /** When it was first sent, in milliseconds. */
  sentAt: number;
  /** How often it has been received, this time included. */
  receives: number;
}

/** A message of a dead-letter queue; `body` is undefined if it names no future. */
export interface DeadLetter extends Received<unknown> {
  /** What stands in it, as it is. */
  text?: string;
}

/** How many messages a queue holds; approximate, and may lag by a minute on AWS. */
export interface Depth {
  ready: number;
  inFlight: number;
  delayed: number;
}

/** The queue of a band, by its index, in a pool (@default the default pool). */
export interface BandQueue {
  band: number;
  pool?: string;
}

/** The permits of a pool: for any of its slots, or for those that the top bands have to themselves. */
export interface PermitQueue {
  permits: "any" | "reserved";
  pool?: string;
}

/** A queue; each has a dead-letter queue. */
export type QueueName = BandQueue | PermitQueue | "settle";

/** The queues: at least once, without order, and a short poll may miss what is there. */
export interface Queues {
  sendTasks(to: BandQueue, messages: readonly Outgoing<TaskMessage>[]): Promise<void>;
  sendPermits(to: PermitQueue, messages: readonly Outgoing<Permit>[]): Promise<void>;
  sendSeeTo(messages: readonly Outgoing<SeeTo>[]): Promise<void>;
  /** @param waitSeconds 0 is a short poll; up to 20 */
  receiveTask(from: BandQueue, options: ReceiveOptions): Promise<Received<TaskMessage> | undefined>;
  receivePermit(from: PermitQueue, options: ReceiveOptions): Promise<Received<Permit> | undefined>;
  /** Hides a received message for so many seconds from now; 0 shows it at once. */
  hide(queue: QueueName, handle: string, seconds: number): Promise<void>;
  remove(queue: QueueName, handle: string): Promise<void>;
  depth(queue: QueueName): Promise<Depth>;
  /** Up to ten messages of a dead-letter queue, hidden for a minute. */
  receiveDead(queue: QueueName): Promise<readonly DeadLetter[]>;
  removeDead(queue: QueueName, handle: string): Promise<void>;
  /** Shows a message of a dead-letter queue again. */
  showDead(queue: QueueName, handle: string): Promise<void>;
  deadDepth(queue: QueueName): Promise<Depth>;
}

export interface ReceiveOptions {
  waitSeconds: number;
  visibilitySeconds: number;
}
