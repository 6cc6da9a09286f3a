/**
 * How requests show who sends them: an AWS signature, a bearer token, or not at all.
 */
import { ForerunError } from "./errors.ts";

/** Credentials of AWS, as its SDK has them. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** Asked before each request, so that credentials which expire are renewed. */
export type CredentialProvider = () => Promise<AwsCredentials>;

export interface AuthorizationOptions {
  /**
   * Whether requests are signed with SigV4, as `auth: "iam"` asks for.
   * @default whether the endpoint is API Gateway's own (https://….execute-api.….amazonaws.com), unless
   * there is a `token`, a header `authorization`, or `credentials: false`
   */
  sign?: boolean | undefined;
  /** AWS region of the deployment. @default the endpoint's, else AWS_REGION of the environment */
  region?: string | undefined;
  /**
   * What to sign with; `false` for a deployment with `auth: "open-to-everybody"`.
   * @default the AWS SDK's chain: environment, SSO, profile, web identity, container, instance
   */
  credentials?: AwsCredentials | CredentialProvider | false | undefined;
  /**
   * A JWT, sent as `Authorization: Bearer`; a function is asked before each request.
   * @default none
   * @example token: async () => (await fetchAuthSession()).tokens.accessToken.toString()
   */
  token?: string | (() => Promise<string>) | undefined;
}

/** A request that is about to be sent. */
export interface Unsent {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
}

/** Gives the headers to add to a request; asked again for each repeat, since signatures age. */
export type Authorize = (request: Unsent) => Promise<Record<string, string>>;

/** API Gateway's own addresses, with the region. */
const EXECUTE_API = /\.execute-api(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/**
 * @returns undefined if requests go as they are
 * @throws ForerunError if options contradict each other, or the region is not known
 */
export function authorizationOf(
  endpoint: string,
  headers: Readonly<Record<string, string>>,
  { sign, region, credentials, token }: AuthorizationOptions,
): Authorize | undefined {
  const { protocol, hostname } = new URL(endpoint);
  const [, ofHost] = EXECUTE_API.exec(hostname) ?? [];
  if (token !== undefined) {
    if (sign || credentials) {
      throw new ForerunError("Requests carry a `token` or a signature: leave one of them out.");
    }
    return async () => ({
      authorization: `Bearer ${typeof token === "string" ? token : await token()}`,
    });
  }
  if (sign && credentials === false) {
    throw new ForerunError("`sign: true` needs credentials: leave out `credentials: false`.");
  }
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const isGateway = protocol === "https:" && ofHost !== undefined;
  if (!(sign ?? (isGateway && credentials !== false && !hasOwn))) return undefined;
  const known = region ?? ofHost ?? regionOfEnvironment();
  if (!known) {
    throw new ForerunError(
      `The region of ${endpoint} is not in its name: give \`region\`, or put it into AWS_REGION.`,
    );
  }
  // Loaded by the first request that is signed: who signs none needs none of it.
  let signing: Promise<Authorize> | undefined;
  return async (request) => {
    signing ??= import("./signing/sigv4.ts").then(({ createSigner }) =>
      createSigner({ endpoint, region: known, credentials: credentials || undefined }),
    );
    return (await signing)(request);
  };
}

/** Browsers have no process. */
function regionOfEnvironment(): string | undefined {
  if (typeof process === "undefined") return undefined;
  return process.env?.AWS_REGION ?? process.env?.AWS_DEFAULT_REGION;
}
