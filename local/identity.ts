/**
 * Where the embedded cloud pretends to be. fauxqs fixes the account.
 */

export const REGION = "us-east-1";
export const ACCOUNT = "000000000000";
export const PARTITION = "aws";
export const URL_SUFFIX = "amazonaws.com";

/** An ARN of this account and region. */
export function arn(service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** What stands after the last `:` or `/`: the name in most ARNs and in queue URLs. */
export function lastPart(text: string): string {
  return text.slice(Math.max(text.lastIndexOf(":"), text.lastIndexOf("/")) + 1);
}
