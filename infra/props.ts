/**
 * What a deployment is configured with.
 */
import { type Band, DEFAULT_BANDS, type ProbePolicy, validateBands } from "../core/bands.ts";
import { ConfigurationError } from "../core/errors.ts";

export interface ForerunProps {
  /** Path of the file that exports the tasks (`export default createWorker([…])`). */
  tasks: string;
  /**
   * Worker slots: how many tasks run at the same time; 2 to 1000 (the limits of an event source
   * mapping's MaximumConcurrency).
   * @default 10
   */
  slots?: number;
  /** Bands, most urgent first. @default critical ≤ 1, high ≤ 4, normal ≤ 7, low */
  bands?: readonly Band[];
  /** `weighted` honours the bands' shares (promise 9), `strict` does not. @default "weighted" */
  policy?: ProbePolicy;
  /**
   * Seconds that a claim on a task lasts without a heartbeat; after a crash its task runs again a
   * few seconds later. A heartbeat, each third of it, costs a write unit and two SQS requests.
   * 3 to 300.
   * @default 30
   */
  leaseSeconds?: number;
  /**
   * Seconds within which a running task sees that its cancellation was requested; each look costs
   * half a read unit. 0.05 to 60.
   * @default 2
   */
  cancelSeconds?: number;
  /** Days that settled futures are kept; 1 to 400. @default 7 */
  retentionDays?: number;
  /** Requests that may be held open at the same time to await futures; from 1. @default 50 */
  waiters?: number;
  /**
   * Memory of the worker function in megabytes, and its share of processor with it; 1,769 is a
   * whole one. 128 to 10240.
   * @default 1024
   */
  workerMemory?: number;
  /**
   * Who may call the API: `iam` asks for signed requests by callers with `execute-api:Invoke`;
   * `jwt` for a bearer token; `none` lets in anybody who knows the address.
   * @default "iam"
   */
  auth?: "iam" | "jwt" | "none";
  /** With `auth: "jwt"`: who issues the tokens, and for whom they must be. */
  jwt?: JwtProps;
  /**
   * Where a caller's identity names its tenant: a JWT's claim such as `custom:tenant`, or
   * `iam:account`, `iam:role` or `iam:session` (docs/security.md). With it no tenant can see or
   * touch futures of another, and callers without one are refused.
   * @default none: all callers see all futures
   */
  tenantClaim?: string;
  /** The name that logs and metrics carry. @default "dev" */
  stage?: string;
}

export interface JwtProps {
  /** The `iss` of tokens, an https URL with an OpenID configuration. */
  issuer: string;
  /** What `aud` (or `client_id`) of a token must be, one of these. */
  audience: readonly string[];
}

/** Properties that have no default. */
type Optional = "jwt" | "tenantClaim";

/** The properties with their defaults; checked. */
export type ResolvedProps = Required<Omit<ForerunProps, Optional>> & Pick<ForerunProps, Optional>;

/** @throws ConfigurationError that names the property, and what would be right */
export function resolveProps(props: ForerunProps): ResolvedProps {
  const resolved: ResolvedProps = {
    tasks: props.tasks,
    slots: props.slots ?? 10,
    bands: props.bands ?? DEFAULT_BANDS,
    policy: props.policy ?? "weighted",
    leaseSeconds: props.leaseSeconds ?? 30,
    cancelSeconds: props.cancelSeconds ?? 2,
    retentionDays: props.retentionDays ?? 7,
    waiters: props.waiters ?? 50,
    workerMemory: props.workerMemory ?? 1024,
    auth: props.auth ?? "iam",
    stage: props.stage ?? "dev",
    ...(props.jwt === undefined ? {} : { jwt: props.jwt }),
    ...(props.tenantClaim === undefined ? {} : { tenantClaim: props.tenantClaim }),
  };
  if (!resolved.tasks) refuse("tasks", "name the file that exports your tasks");
  whole("slots", resolved.slots, 2, 1000);
  validateBands(resolved.bands);
  oneOf("policy", resolved.policy, ["weighted", "strict"]);
  whole("leaseSeconds", resolved.leaseSeconds, 3, 300);
  if (!(resolved.cancelSeconds >= 0.05 && resolved.cancelSeconds <= 60)) {
    refuse("cancelSeconds", `it is ${resolved.cancelSeconds}; use 0.05 to 60`);
  }
  whole("retentionDays", resolved.retentionDays, 1, 400);
  whole("waiters", resolved.waiters, 1, 1000);
  whole("workerMemory", resolved.workerMemory, 128, 10_240);
  oneOf("auth", resolved.auth, ["iam", "jwt", "none"]);
  checkIdentity(resolved);
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/.test(resolved.stage)) {
    refuse("stage", `it is "${resolved.stage}"; use 1 to 32 letters, digits and hyphens`);
  }
  return resolved;
}

/** Without these checks a deployment would be open, or closed to everybody. */
function checkIdentity({ auth, jwt, tenantClaim }: ResolvedProps): void {
  if ((auth === "jwt") !== (jwt !== undefined)) {
    refuse("jwt", 'give issuer and audience with auth "jwt", and with no other');
  }
  if (jwt && !(jwt.issuer.startsWith("https://") && jwt.audience.length > 0)) {
    refuse("jwt", "give an issuer of https, and at least one audience");
  }
  if (tenantClaim === undefined) return;
  if (auth === "none") refuse("tenantClaim", 'with auth "none" callers have no identity');
  const ofIam = tenantClaim.startsWith("iam:");
  if (ofIam) oneOf("tenantClaim", tenantClaim, ["iam:account", "iam:role", "iam:session"]);
  if (!tenantClaim || ofIam !== (auth === "iam")) {
    refuse("tenantClaim", `"${tenantClaim}" is nothing that auth "${auth}" knows of a caller`);
  }
}

function whole(property: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  refuse(property, `it is ${value}; use a whole number from ${low} to ${high}`);
}

function oneOf(property: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  const list = allowed.map((each) => `"${each}"`).join(" or ");
  refuse(property, `it is "${value}"; use ${list}`);
}

function refuse(property: string, why: string): never {
  throw new ConfigurationError(`Forerun's property ${property}: ${why}.`);
}
