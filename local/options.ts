/**
 * What the embedded cloud is started with, and what it gives.
 */
import type { CloudEvent } from "./events/bus.ts";
import type { FaultOptions } from "./faults/options.ts";
import type { CloudFaults } from "./faults.ts";
import type { Interceptor } from "./gateway/call.ts";
import type { RequestLedger } from "./gateway/ledger.ts";
import type { JwtKeys } from "./http/jwt.ts";
import type { Policies } from "./iam/policies.ts";
import type { FunctionProcess } from "./lambda/function.ts";
import type { Depth } from "./sqs/fauxqs.ts";

export interface CloudOptions {
  /**
   * Directory of the synthesized cloud assembly, or what makes it: that is called once the port
   * and the data directory are surely ours.
   */
  assembly: string | (() => string);
  /**
   * Port of the HTTP API on 127.0.0.1; 0 for any that is free.
   * @default 0
   */
  port?: number;
  /**
   * Where the table, the objects and the logs are kept. With a directory that holds a table already, its
   * unfinished work goes on.
   * @default a temporary one, removed by stop()
   */
  data?: string;
  /** Gets each line that tells what happens. */
  log?: (line: string) => void;
  /**
   * Shows the functions' own output too.
   * @default false
   */
  verbose?: boolean;
  /**
   * Asks callers of the HTTP API for what its routes ask for: a signature by `Cloud.aws.credentials`
   * (service `execute-api`), or a JWT.
   * @default false
   */
  auth?: boolean;
  /**
   * Public keys of the issuers of JWTs.
   * @default fetched from the issuer with each request, by its OpenID configuration
   */
  jwtKeys?: JwtKeys;
  /**
   * What goes wrong between functions and emulators, from the moment the cloud serves: throttled
   * requests, lost answers, messages that come twice. `Cloud.faults` changes it while it runs.
   * @default nothing
   * @example
   * await startCloud({ assembly, faults: { seed: 7, lostAnswers: 0.05, duplicates: 0.1 } });
   */
  faults?: FaultOptions;
  /**
   * Stand between the functions and the emulators, behind the policies and the faults, the first
   * outermost: to observe what is really applied, or to inject faults of your own.
   * @default none
   */
  interceptors?: readonly Interceptor[];
}

/** A running embedded cloud. */
export interface Cloud {
  /** Base URL of the HTTP API. */
  endpoint: string;
  /** The template's outputs by name. */
  outputs: Readonly<Record<string, string>>;
  /** Directory of table and logs. */
  data: string;
  /** What the services would bill. */
  requests: RequestLedger;
  functions: CloudFunctions;
  /** What roles may do, what of it they used, and what was refused. */
  policies: Policies;
  /** The last thousand events put on the default bus, the oldest first. */
  events(): readonly CloudEvent[];
  /** Names of the tables. */
  tables: readonly string[];
  /** Names of the buckets. */
  buckets: readonly string[];
  queues: CloudQueues;
  /** What goes wrong on purpose; nothing unless it is told to. */
  faults: CloudFaults;
  /** For SDK clients in this process; counted as the caller `operator`. */
  aws: AwsAccess;
  /**
   * Invokes a function and gives what it answered.
   * @param name logical id, function name, or a part of the logical id that only one has
   * @throws FunctionError if the invocation fails; ThrottledError beyond reserved concurrency;
   *   RequestTooLargeError beyond 6 MB
   */
  invoke(name: string, event: unknown): Promise<unknown>;
  /**
   * Ends everything: no more requests and receives at once, running invocations have two seconds.
   */
  stop(): Promise<void>;
}

export interface CloudFunctions {
  /** Logical ids without CDK's hashes. */
  names(): readonly string[];
  /** The name by which AWS's API calls a function; named as in `invoke`. */
  fullName(name: string): string;
  /** The processes of a function; named as in `invoke`. */
  processes(name: string): readonly FunctionProcess[];
  /**
   * Kills a function's process as a crash would.
   * @param process its process id, or its session as a call tells it
   */
  kill(process: number | string): void;
}

export interface CloudQueues {
  names(): readonly string[];
  /** @param name queue name, or a part of it that only one has */
  depth(name: string): Depth;
}

/** Settings of an SDK client: `new SQSClient({ ...cloud.aws })`. */
export interface AwsAccess {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}
