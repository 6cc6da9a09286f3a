/**
 * Checks a request's token as the JWT authorizer of an HTTP API does.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import type { webcrypto } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { verifyWithJwks } from "hono/jwt";
import type { JwtSpec } from "../template/readAuthorizer.ts";
import type { Authorized } from "./authorize.ts";
import { plain } from "./response.ts";

/** A JWK set: public keys, each with its `kid`. */
export interface JwtKeys {
  keys: readonly (webcrypto.JsonWebKey & { kid?: string })[];
}

/** API Gateway takes RSA only. */
const ALGORITHMS = ["RS256", "RS384", "RS512"] as const;

export async function checkJwt(
  { headers }: IncomingMessage,
  { issuer, audience, header, scopes }: JwtSpec,
  jwtKeys: JwtKeys | undefined,
): Promise<Authorized> {
  const token = String(headers[header] ?? "").replace(/^Bearer /i, "");
  let claims: Record<string, unknown>;
  try {
    const { keys } = jwtKeys ?? (await fetchKeys(issuer));
    const options = { keys: [...keys] as never, allowedAlgorithms: ALGORITHMS };
    const verification = { iss: issuer };
    claims = (await verifyWithJwks(token, { ...options, verification })) as typeof claims;
  } catch {
    return { refused: unauthorized("invalid_token") };
  }
  // AWS: `client_id` is looked at only where there is no `aud`; a token must end.
  const meant = [claims.aud ?? claims.client_id].flat();
  if (typeof claims.exp !== "number" || !meant.some((each) => audience.includes(String(each)))) {
    return { refused: unauthorized("invalid_token") };
  }
  const granted = String(claims.scope ?? claims.scp ?? "")
    .split(/[ ,]/)
    .filter(Boolean);
  if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
    return {
      refused: plain(403, "Forbidden", { "www-authenticate": 'Bearer error="insufficient_scope"' }),
    };
  }
  const told = Object.fromEntries(Object.entries(claims).map(([key, value]) => [key, text(value)]));
  return { authorizer: { jwt: { claims: told, scopes: scopes.length > 0 ? granted : null } } };
}

async function fetchKeys(issuer: string): Promise<JwtKeys> {
  const json = async (url: string) => (await (await fetch(url)).json()) as unknown;
  const base = issuer.replace(/\/$/, "");
  const found = (await json(`${base}/.well-known/openid-configuration`)) as { jwks_uri: string };
  return (await json(found.jwks_uri)) as JwtKeys;
}

function unauthorized(error: string) {
  return plain(401, "Unauthorized", { "www-authenticate": `Bearer error="${error}"` });
}

/** Functions are told all claims as texts; lists as `[a b]`. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(String).join(" ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
