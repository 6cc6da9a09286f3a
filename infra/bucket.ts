/**
 * The bucket: inputs and results too large for the table, until they expire.
 */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, type LifecycleRule } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { LIFETIME_TAG, SHORT } from "../core/objectTags.ts";
import { bucketEncryption } from "./encryption.ts";
import { except } from "./exceptions.ts";
import type { Security } from "./security.ts";

/** Prefixes of keys; core/texts.ts makes the keys. */
export const INPUTS = "inputs/";
export const RESULTS = "results/";

/**
 * The table deletes a record within two days of its time; what a record points to must not go
 * before it.
 */
const MARGIN_DAYS = 3;

/**
 * What no tag says may go early: inputs of tasks, which may be delayed and retried for long (the
 * worker deletes them once their task has settled), and results of futures that something watches
 * (400 days, core/settlement.ts) or that wait for their time (a year).
 */
const LONGEST_DAYS = 800;

export function createBucket(
  scope: Construct,
  retentionDays: number,
  { protect, encryptionKey }: Security,
): Bucket {
  const bucket = new Bucket(scope, "Bucket", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    ...bucketEncryption(encryptionKey),
    lifecycleRules: lifecycle(retentionDays),
    // As the table: the results of a deployment that is deleted stay, but those of a trial.
    removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  except(bucket, "noBucketLog");
  return bucket;
}

/** Where several rules fit, S3 goes by the shortest. */
function lifecycle(retentionDays: number): LifecycleRule[] {
  return [
    {
      id: "settled",
      prefix: RESULTS,
      tagFilters: { [LIFETIME_TAG]: SHORT },
      expiration: Duration.days(retentionDays + MARGIN_DAYS),
    },
    { id: "longest", expiration: Duration.days(LONGEST_DAYS) },
  ];
}
