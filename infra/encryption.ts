/**
 * A key of one's own for all that is stored: table, bucket, queues, logs and the functions' environment.
 */
import { Stack } from "aws-cdk-lib";
import { TableEncryption, type TableProps } from "aws-cdk-lib/aws-dynamodb";
import { type IRole, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BucketEncryption, type BucketProps } from "aws-cdk-lib/aws-s3";
import { QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";

/**
 * What DynamoDB, S3 and SQS ask a caller for, in the name of which they use the key. `GenerateDataKey`
 * and `ReEncrypt` spelled out, for they are usually given with a wildcard.
 */
const USES = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

export function tableEncryption(key: IKey | undefined): Partial<TableProps> {
  return key
    ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }
    : { encryption: TableEncryption.AWS_MANAGED };
}

export function bucketEncryption(key: IKey | undefined): Partial<BucketProps> {
  return key
    ? // A key for the bucket spares a call to KMS, and its price, with each object.
      { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
    : { encryption: BucketEncryption.S3_MANAGED };
}

export function queueEncryption(key: IKey | undefined): Partial<QueueProps> {
  return key
    ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
    : { encryption: QueueEncryption.SQS_MANAGED };
}

/** Lets the function of this role use what the key encrypts. */
export function allowKey(role: IRole, key: IKey | undefined): void {
  if (!key) return;
  role.addToPrincipalPolicy(new PolicyStatement({ actions: USES, resources: [key.keyArn] }));
}

/**
 * Lets CloudWatch Logs use the key for the log groups of this stack's account and region. The
 * policy of a key from elsewhere cannot be changed here: it must say so itself.
 */
export function allowLogs(key: IKey | undefined): void {
  if (!key) return;
  const { partition, region, account } = Stack.of(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: USES,
      resources: ["*"],
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
}
