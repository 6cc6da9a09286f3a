/**
 * One request of a function to a service of AWS, and what may stand between them.
 */
import { LocalCloudError } from "../errors.ts";
import type { Json } from "../json.ts";

/** Who signs requests: known by its access key id. */
export interface Caller {
  /** A function's or mapping's logical id, or `operator`. */
  name: string;
  kind: "function" | "mapping" | "operator";
  /** Name of the IAM role whose policies apply; the operator has none, and may do everything. */
  role: string | undefined;
  /** Who it is to AWS: the session of its role. */
  arn: string;
  accessKeyId: string;
}

export type Service = "sqs" | "dynamodb" | "s3" | "lambda" | "events" | "xray";

export interface Call {
  caller: Caller;
  /** The process that sent it, for `cloud.functions.kill`; mappings have none. */
  session: string | undefined;
  service: Service;
  /** E.g. `SendMessage`. */
  operation: string;
  /** Name of the queue, table, bucket, function or bus; of several, joined by commas; empty if the call names none. */
  resource: string;
  body: Json;
  /** Whether the caller hung up. */
  gone(): boolean;
}

export interface Answer {
  status: number;
  body: Json;
  headers?: Record<string, string>;
  /** JSON text that is sent as it stands, in place of `body`: what a function answered. */
  text?: string;
  /** Bytes that are sent in place of either: an object. */
  bytes?: Buffer;
  /** What DynamoDB would bill. */
  units?: { read: number; write: number };
}

export type Next = (call: Call) => Promise<Answer>;

/**
 * Stands between callers and emulators: it may answer by itself (refuse), change the call, call
 * `next` twice or late (faults), or change the answer. To break the caller's connection without an
 * answer it throws a `BrokenConnection`.
 */
export type Interceptor = (call: Call, next: Next) => Promise<Answer>;

/** The caller's connection breaks: whether the call had its effect, the caller cannot know. */
export class BrokenConnection extends LocalCloudError {
  override name = "BrokenConnection";
}

/** The interceptors around the last step, the first of them outermost. */
export function chain(interceptors: readonly Interceptor[], last: Next): Next {
  return interceptors.reduceRight<Next>(
    (next, interceptor) => (call) => interceptor(call, next),
    last,
  );
}
