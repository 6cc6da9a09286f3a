/**
 * Signs requests as AWS asks for (Signature Version 4).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
import { SignatureV4 } from "@smithy/signature-v4";
import type { Authorize, AwsCredentials, CredentialProvider } from "../authorization.ts";
import { defaultCredentials } from "./credentials.ts";
import { WebSha256 } from "./webSha256.ts";

export interface SignerOptions {
  /** For messages. */
  endpoint: string;
  region: string;
  /** @default the AWS SDK's chain */
  credentials?: AwsCredentials | CredentialProvider | undefined;
  /** @default "execute-api", the service of API Gateway's own endpoints and custom domains */
  service?: string;
  /** The time of a signature. @default now */
  now?: () => Date;
}

type SignerCredentials = ConstructorParameters<typeof SignatureV4>[0]["credentials"];

export function createSigner(options: SignerOptions): Authorize {
  const { endpoint, region, service = "execute-api", now = () => new Date() } = options;
  const signer = new SignatureV4({
    service,
    region,
    // The same type, but for a token that is there and undefined, which signs as none does.
    credentials: (options.credentials ?? defaultCredentials(endpoint)) as SignerCredentials,
    sha256: WebSha256,
    // The signature covers the body in any case; only S3 wants its hash in a header as well.
    applyChecksum: false,
  });
  return async ({ method, url, headers, body }) => {
    const { protocol, hostname, host, port, pathname, searchParams } = new URL(url);
    const unsigned = {
      method,
      protocol,
      hostname,
      ...(port === "" ? {} : { port: Number(port) }),
      path: pathname,
      query: queryOf(searchParams),
      headers: { ...headers, host },
      body,
    };
    const signed = await signer.sign(unsigned, { signingDate: now() });
    // Whoever sends the request says the host, and nobody else may.
    return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name !== "host"));
  };
}

/** As the signer takes it: what comes several times as a list. */
function queryOf(parameters: URLSearchParams): Record<string, string | string[]> {
  const names = new Set(parameters.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const all = parameters.getAll(name);
      return [name, all.length === 1 ? (all[0] as string) : all];
    }),
  );
}
