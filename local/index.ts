/**
 * The embedded cloud: runs a synthesized template on this machine.
 */
export { startCloud } from "./cloud.ts";
export { LocalCloudError, TemplateError } from "./errors.ts";
export type { CloudEvent } from "./events/bus.ts";
export type { FaultKind, FaultOptions, FaultRates } from "./faults/options.ts";
export type { CloudFaults } from "./faults.ts";
export {
  type Answer,
  BrokenConnection,
  type Call,
  type Caller,
  type Interceptor,
  type Next,
} from "./gateway/call.ts";
export { awsError } from "./gateway/errors.ts";
export {
  type LedgerEntry,
  type LedgerFilter,
  type LedgerSnapshot,
  type RequestLedger,
  total,
} from "./gateway/ledger.ts";
export type { JwtKeys } from "./http/jwt.ts";
export type { Denial, Grant, GrantFilter, Policies, Use } from "./iam/policies.ts";
export { FunctionError, RequestTooLargeError, ThrottledError } from "./lambda/errors.ts";
export type { AwsAccess, Cloud, CloudFunctions, CloudOptions, CloudQueues } from "./options.ts";
export type { Depth } from "./sqs/fauxqs.ts";
