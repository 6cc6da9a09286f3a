/**
 * Credentials from where AWS's own tools look for them. Only Node has such places.
 */
import type { AwsCredentials, CredentialProvider } from "../authorization.ts";
import { ForerunError } from "../errors.ts";

/** The AWS SDK's chain, which keeps what it found until it expires. */
export function defaultCredentials(endpoint: string): CredentialProvider {
  let chain: Promise<CredentialProvider> | undefined;
  return async () => {
    chain ??= load();
    try {
      return await (await chain)();
    } catch (cause) {
      throw new ForerunError(
        `No AWS credentials to sign requests to ${endpoint} with: ${reasonOf(cause)} Log in with ` +
          "`aws sso login` or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or " +
          "give `credentials`. For a deployment that asks for no signature give " +
          "`credentials: false`, and for one that asks for a JWT `token`.",
        { cause },
      );
    }
  };
}

async function load(): Promise<() => Promise<AwsCredentials>> {
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  return defaultProvider();
}

function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
