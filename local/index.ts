/**
 * The embedded cloud: runs a synthesized template on this machine.
 */
export { startCloud } from "./cloud.ts";
export { LocalCloudError, TemplateError } from "./errors.ts";
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
export { FunctionError, ThrottledError } from "./lambda/errors.ts";
export type { AwsAccess, Cloud, CloudFunctions, CloudOptions, CloudQueues } from "./options.ts";
export type { Depth } from "./sqs/fauxqs.ts";
