/**
 * AWS::S3::Bucket.
 */
import type { Properties } from "./properties.ts";

export interface BucketSpec {
  logicalId: string;
  name: string;
}

export function readBucket(properties: Properties, name: string): BucketSpec {
  return { logicalId: properties.logicalId, name };
}
