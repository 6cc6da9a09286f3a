/**
 * Checks a request's Signature Version 4, by signing it again.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { SignatureV4 } from "@smithy/signature-v4";
import { SECRET_ACCESS_KEY } from "../gateway/callers.ts";
import { REGION } from "../identity.ts";
import { Sha256 } from "../sha256.ts";

/** AWS takes no signature that is older, or lies further ahead. */
const SKEW_MILLISECONDS = 5 * 60_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Whether it is signed for this API, by the key's secret, within the last minutes. */
export async function checkSignature(
  request: IncomingMessage,
  body: Buffer,
  accessKeyId: string,
): Promise<boolean> {
  const { method = "GET", url = "/", headers } = request;
  const [, day, region, service, signed = "", signature] =
    AUTHORIZATION.exec(headers.authorization ?? "") ?? [];
  const date = dateOf(String(headers["x-amz-date"]));
  if (region !== REGION || service !== "execute-api" || !date) return false;
  if (Math.abs(Date.now() - date.getTime()) > SKEW_MILLISECONDS) return false;
  if (!String(headers["x-amz-date"]).startsWith(day ?? "?")) return false;
  const names = signed.split(";");
  if (!names.includes("host")) return false;
  const told = headers["x-amz-content-sha256"];
  if (told !== undefined && told !== createHash("sha256").update(body).digest("hex")) return false;
  const { pathname, searchParams } = new URL(url, "http://api");
  const query: Record<string, string[]> = {};
  for (const name of searchParams.keys()) query[name] = searchParams.getAll(name);
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey: SECRET_ACCESS_KEY },
    region: REGION,
    service: "execute-api",
    sha256: Sha256,
    applyChecksum: false,
  });
  const again = await signer.sign(
    {
      method,
      protocol: "http:",
      hostname: String(headers.host),
      path: pathname,
      query,
      headers: Object.fromEntries(
        names.map((name) => [name, String(headers[name.toLowerCase()] ?? "")]),
      ),
      body,
    },
    { signingDate: date, signableHeaders: new Set(names) },
  );
  return again.headers.authorization?.endsWith(`Signature=${signature}`) ?? false;
}

/** `20260101T120000Z`, the only form that the header takes. */
function dateOf(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
