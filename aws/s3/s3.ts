/**
 * Calls to S3: the part of the adapter that is loaded when it is needed.
 */
import {
  DeleteObjectCommand,
  type DeleteObjectCommandInput,
  GetObjectCommand,
  type GetObjectCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type PutObjectTaggingCommandInput,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { clientOptions } from "../clients.ts";
import { TRANSFER_TIMEOUT } from "../timeouts.ts";

/** @param config what does not come from the environment, as with every client of AWS */
export function connect(config: S3ClientConfig) {
  const options = clientOptions();
  const client = new S3Client({
    ...options,
    requestHandler: { ...options.requestHandler, ...TRANSFER_TIMEOUT },
    ...config,
  });
  return {
    async put(input: PutObjectCommandInput): Promise<void> {
      await client.send(new PutObjectCommand(input));
    },

    /** @returns undefined if it does not exist (or may not be read) */
    async get(input: GetObjectCommandInput): Promise<string | undefined> {
      const found = await client.send(new GetObjectCommand(input)).catch(unlessAbsent);
      return found?.Body?.transformToString("utf8");
    },

    /** Does nothing if it does not exist (or may not be tagged). */
    async tag(input: PutObjectTaggingCommandInput): Promise<void> {
      await client.send(new PutObjectTaggingCommand(input)).catch(unlessAbsent);
    },

    async remove(input: DeleteObjectCommandInput): Promise<void> {
      await client.send(new DeleteObjectCommand(input));
    },

    address(input: GetObjectCommandInput, expiresIn: number): Promise<string> {
      return getSignedUrl(client, new GetObjectCommand(input), { expiresIn });
    },
  };
}

/**
 * S3 tells whoever may not list a bucket that what does not exist is not allowed; our functions list
 * nothing.
 */
const ABSENT: ReadonlySet<string> = new Set(["NoSuchKey", "AccessDenied"]);

function unlessAbsent(error: Error): undefined {
  if (!ABSENT.has(error.name)) throw error;
}
