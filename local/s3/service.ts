/**
 * S3: the operations on objects that functions use.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import { createHash } from "node:crypto";
import type { Answer, Call, Next } from "../gateway/call.ts";
import { accessDenied, awsError } from "../gateway/errors.ts";
import type { S3Parameters } from "../gateway/s3Request.ts";
import type { ObjectStore } from "./store.ts";

export interface S3Options {
  store: ObjectStore;
  /** Names of the template's buckets. */
  buckets: readonly string[];
  /** Whether the caller may list a bucket: only to those S3 tells what does not exist. */
  mayList(call: Call): boolean;
}

const OK: Answer = { status: 200, body: {}, text: "" };

export function createS3({ store, buckets, mayList }: S3Options): Next {
  return async (call) => {
    const parameters = call.body as unknown as S3Parameters;
    const { Bucket, Key, Body } = parameters;
    if (!buckets.includes(Bucket)) {
      return awsError("s3", 404, "NoSuchBucket", "The specified bucket does not exist");
    }
    switch (call.operation) {
      case "PutObject": {
        if (parameters.ChecksumSHA256 && parameters.ChecksumSHA256 !== sha256(Body)) {
          const message = "The SHA256 you specified did not match the calculated checksum.";
          return awsError("s3", 400, "BadDigest", message);
        }
        const { ContentType: contentType, Tagging: tags = {} } = parameters;
        await store.put(Bucket, Key, { body: Body, contentType, tags });
        return { ...OK, headers: { etag: etag(Body) } };
      }
      case "GetObject": {
        const found = await store.get(Bucket, Key);
        if (!found) return missing(call);
        const { body, contentType } = found;
        const headers = {
          "content-type": contentType,
          "x-amz-checksum-sha256": sha256(body),
          etag: etag(body),
        };
        return { status: 200, body: {}, bytes: body, headers };
      }
      case "PutObjectTagging": {
        const found = await store.get(Bucket, Key);
        if (!found) return missing(call);
        await store.put(Bucket, Key, { ...found, tags: parameters.Tagging ?? {} });
        return OK;
      }
      case "DeleteObject":
        await store.remove(Bucket, Key);
        return { ...OK, status: 204 };
      default: {
        const message = `The embedded cloud does not know S3's ${call.operation}.`;
        return awsError("s3", 501, "NotImplemented", message);
      }
    }
  };

  function missing(call: Call): Answer {
    return mayList(call)
      ? awsError("s3", 404, "NoSuchKey", "The specified key does not exist.")
      : accessDenied("s3", "Access Denied");
  }
}

function sha256(body: Buffer): string {
  return createHash("sha256").update(body).digest("base64");
}

function etag(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}
