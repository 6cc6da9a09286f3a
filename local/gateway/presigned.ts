/**
 * Addresses that were signed by a caller for whoever has them: unlike that of a request's own
 * sender, their signature is all that they have to show, so it is checked.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { S3RequestPresigner } from "@aws-sdk/s3-request-presigner";
import { REGION } from "../identity.ts";
import { Sha256 } from "../sha256.ts";
import type { Caller } from "./call.ts";
import { type Callers, SECRET_ACCESS_KEY } from "./callers.ts";

/** Who signed it, or what S3 says against it. */
export type Presigned =
  | { caller: Caller; session: string | undefined }
  | { refused: "AccessDenied" | "InvalidAccessKeyId" | "SignatureDoesNotMatch"; message: string };

/** Parameters that the signing adds. */
const ADDED = [
  "X-Amz-Algorithm",
  "X-Amz-Content-Sha256",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
];

/** @returns undefined if the address carries no signature */
export async function readPresigned(
  { method = "GET", url = "/", headers }: IncomingMessage,
  callers: Callers,
): Promise<Presigned | undefined> {
  const { pathname, searchParams } = new URL(url, "http://gateway");
  const signature = searchParams.get("X-Amz-Signature");
  if (signature === null) return undefined;
  const accessKeyId = searchParams.get("X-Amz-Credential")?.split("/")[0] ?? "";
  const caller = callers.byKey(accessKeyId);
  if (!caller) return { refused: "InvalidAccessKeyId", message: "The key does not exist." };
  const signedAt = dateOf(searchParams.get("X-Amz-Date") ?? "");
  const expiresIn = Number(searchParams.get("X-Amz-Expires"));
  if (!(signedAt + expiresIn * 1000 > Date.now())) {
    return { refused: "AccessDenied", message: "Request has expired" };
  }
  const session = searchParams.get("X-Amz-Security-Token") ?? undefined;
  const query = Object.fromEntries([...searchParams].filter(([name]) => !ADDED.includes(name)));
  const presigner = new S3RequestPresigner({
    region: REGION,
    credentials: {
      accessKeyId,
      secretAccessKey: SECRET_ACCESS_KEY,
      ...(session === undefined ? {} : { sessionToken: session }),
    },
    sha256: Sha256,
  });
  const host = headers.host ?? "";
  const again = await presigner.presign(
    {
      method,
      protocol: "http:",
      hostname: host.split(":")[0] ?? "",
      port: Number(host.split(":")[1]),
      path: pathname,
      query,
      headers: { host },
    },
    { expiresIn, signingDate: new Date(signedAt) },
  );
  const expected = String(again.query?.["X-Amz-Signature"]);
  if (!same(signature, expected)) {
    return { refused: "SignatureDoesNotMatch", message: "The signature does not match." };
  }
  return { caller, session };
}

function same(given: string, expected: string): boolean {
  return (
    given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
  );
}

/** `20260101T120000Z` in milliseconds; NaN for anything else. */
function dateOf(text: string): number {
  return Date.parse(
    text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
}
