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

/** Names of buckets are everybody's, so their ARNs say neither region nor account. */
export function bucketArn(bucket: string): string {
  return `arn:${PARTITION}:s3:::${bucket}`;
}

export function objectArn(bucket: string, key: string): string {
  return `${bucketArn(bucket)}/${key}`;
}

/** The ARN of the bucket that an ARN of S3 leads to. */
export function bucketOf(arn: string): string {
  return arn.split("/", 1)[0] as string;
}

/** What stands after the last `:` or `/`: the name in most ARNs and in queue URLs. */
export function lastPart(text: string): string {
  return text.slice(Math.max(text.lastIndexOf(":"), text.lastIndexOf("/")) + 1);
}
