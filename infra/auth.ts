/**
 * Who may call the API.
 */

import { Token } from "aws-cdk-lib";
import { HttpNoneAuthorizer, type IHttpRouteAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { refuse } from "./refuse.ts";

/** Long on purpose: nobody opens an API by a slip, and a review stumbles over it. */
export const OPEN = "open-to-everybody";

/**
 * `iam` asks for requests signed by callers with `execute-api:Invoke`; `jwt` for a bearer token of
 * an OpenID Connect issuer; `open-to-everybody` lets in whoever knows the address.
 */
export type Auth = "iam" | { jwt: JwtAuth } | typeof OPEN;

export interface JwtAuth {
  /** The issuer's address, as in the tokens' `iss`; its keys are read from below it. */
  issuer: string;
  /** A token's `aud` (or `client_id`) must be one of these. */
  audience: readonly string[];
  /** A token must have one of these scopes. @default none is asked for */
  scopes?: readonly string[];
}

/** @throws ConfigurationError that names the property, and what would be right */
export function checkAuth(auth: Auth): void {
  if (auth === "iam" || auth === OPEN) return;
  const jwt = typeof auth === "object" && auth !== null ? auth.jwt : undefined;
  if (!jwt) {
    const choices = `"iam", { jwt: { issuer, audience } } or "${OPEN}"`;
    refuse("auth", `it is ${JSON.stringify(auth)}; use ${choices}`);
  }
  const { issuer, audience, scopes = [] } = jwt;
  if (!Token.isUnresolved(issuer) && !/^https:\/\/[^/\s]+/.test(String(issuer))) {
    refuse("auth.jwt.issuer", `it is ${JSON.stringify(issuer)}; use the issuer's https address`);
  }
  // Without an audience, tokens that the issuer made for other services would do.
  const named = (list: unknown) => Array.isArray(list) && list.every((each) => each !== "");
  if (!named(audience) || audience.length === 0) {
    refuse("auth.jwt.audience", "name at least one audience for which your tokens are issued");
  }
  if (!named(scopes)) refuse("auth.jwt.scopes", "use a list of scopes' names");
}

/** What of an HTTP API makes every route ask for it. */
export function authorizing(auth: Auth): {
  defaultAuthorizer: IHttpRouteAuthorizer;
  defaultAuthorizationScopes?: string[];
} {
  if (auth === "iam") return { defaultAuthorizer: new HttpIamAuthorizer() };
  if (auth === OPEN) return { defaultAuthorizer: new HttpNoneAuthorizer() };
  const { issuer, audience, scopes } = auth.jwt;
  return {
    defaultAuthorizer: new HttpJwtAuthorizer("Jwt", issuer, { jwtAudience: [...audience] }),
    ...(scopes?.length ? { defaultAuthorizationScopes: [...scopes] } : {}),
  };
}
