/**
 * core's `Objects` on one S3 bucket.
 */
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { Objects } from "../../core/ports.ts";
import { getText, keepText, putText, removeText } from "./commands.ts";

/**
 * S3's client is as large as all other code together, and most processes never need it: it is
 * loaded by the first call (s3.ts).
 * @param config @default region, credentials and endpoint (`AWS_ENDPOINT_URL_S3`) of the environment
 */
export function createObjects(bucket: string, config: S3ClientConfig = {}): Objects {
  let loading: Promise<ReturnType<typeof import("./s3.ts").connect>> | undefined;
  const load = () => {
    loading ??= import("./s3.ts").then(({ connect }) => connect(config));
    return loading;
  };
  return {
    async put(key, text, options) {
      await (await load()).put(putText(bucket, key, text, options));
    },
    async get(key) {
      return (await load()).get(getText(bucket, key));
    },
    async keep(key) {
      await (await load()).tag(keepText(bucket, key));
    },
    async remove(key) {
      await (await load()).remove(removeText(bucket, key));
    },
    async address(key, seconds) {
      return (await load()).address(getText(bucket, key), seconds);
    },
  };
}
