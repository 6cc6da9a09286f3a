/**
 * A request to S3, which is told by method, path and query. Buckets stand in the path, as the SDK
 * has it for endpoints that are IP addresses.
 */
import type { IncomingMessage } from "node:http";
import type { Json } from "../json.ts";
import type { ServiceRequest } from "./request.ts";

/** What the operations that are served take. */
export interface S3Parameters {
  Bucket: string;
  Key: string;
  Body: Buffer;
  ContentType: string;
  /** Base64. */
  ChecksumSHA256: string | undefined;
  Tagging: Record<string, string> | undefined;
}

/** Whom a signature is for: the header of a request, or the query of one that was signed before. */
const SCOPE = /\/s3\/aws4_request/;

const OPERATIONS: Readonly<Record<string, string>> = {
  PUT: "PutObject",
  GET: "GetObject",
  DELETE: "DeleteObject",
  HEAD: "HeadObject",
};

/** @returns undefined if it is for another service */
export function readS3Request(request: IncomingMessage): ServiceRequest | undefined {
  const { method = "GET", url = "/", headers } = request;
  const { pathname, searchParams } = new URL(url, "http://gateway");
  const signed = headers.authorization ?? searchParams.get("X-Amz-Credential") ?? "";
  if (!SCOPE.test(signed)) return undefined;
  const [, bucket = "", ...key] = pathname.split("/").map(decodeURIComponent);
  const tagging = searchParams.has("tagging");
  return {
    service: "s3",
    operation: operationOf(method, key.join("/"), tagging),
    parameters: (body): Json => ({
      Bucket: bucket,
      Key: key.join("/"),
      Body: body,
      ContentType: headers["content-type"] ?? "binary/octet-stream",
      ChecksumSHA256: headers["x-amz-checksum-sha256"],
      Tagging: tagging ? tagsOf(String(body)) : headerTags(headers["x-amz-tagging"]),
    }),
  };
}

function operationOf(method: string, key: string, tagging: boolean): string {
  if (key === "") return `${method} of a bucket`;
  if (tagging) return method === "PUT" ? "PutObjectTagging" : `${method} of tags`;
  return OPERATIONS[method] ?? method;
}

function headerTags(header: string | string[] | undefined): Record<string, string> | undefined {
  return header === undefined ? undefined : Object.fromEntries(new URLSearchParams(String(header)));
}

/** Of `<Tagging><TagSet><Tag><Key>…</Key><Value>…</Value></Tag>…`; ours hold nothing to unescape. */
function tagsOf(xml: string): Record<string, string> {
  const tags = xml.matchAll(/<Tag><Key>([^<]*)<\/Key><Value>([^<]*)<\/Value><\/Tag>/g);
  return Object.fromEntries([...tags].map(([, key = "", value = ""]) => [key, value]));
}
