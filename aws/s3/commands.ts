/**
 * The commands on the bucket, as data.
 */
import type {
  DeleteObjectCommandInput,
  GetObjectCommandInput,
  PutObjectCommandInput,
  PutObjectTaggingCommandInput,
} from "@aws-sdk/client-s3";
import { LIFETIME_TAG, LONG, SHORT } from "../../core/objectTags.ts";

/** @param sha256 in base64; S3 refuses a body that has another */
export function putText(
  Bucket: string,
  Key: string,
  Body: Uint8Array,
  { sha256, short }: { sha256: string; short: boolean },
): PutObjectCommandInput {
  return {
    Bucket,
    Key,
    Body,
    ContentType: "application/json",
    ChecksumSHA256: sha256,
    ...(short ? { Tagging: `${LIFETIME_TAG}=${SHORT}` } : {}),
  };
}

export function getText(Bucket: string, Key: string): GetObjectCommandInput {
  return { Bucket, Key };
}

/** A write of tags replaces those that are there. */
export function keepText(Bucket: string, Key: string): PutObjectTaggingCommandInput {
  return { Bucket, Key, Tagging: { TagSet: [{ Key: LIFETIME_TAG, Value: LONG }] } };
}

export function removeText(Bucket: string, Key: string): DeleteObjectCommandInput {
  return { Bucket, Key };
}
