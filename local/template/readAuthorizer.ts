/**
 * AWS::ApiGatewayV2::Authorizer: who may call a route, told by a JWT.
 */
import type { Properties } from "./properties.ts";

export interface JwtSpec {
  issuer: string;
  /** Any of these. */
  audience: readonly string[];
  /** Name of the header that holds the token, in lower case. */
  header: string;
  /** Any of these, of the route; none asks for none. */
  scopes: readonly string[];
}

const HEADER = /^\$request\.header\.([A-Za-z0-9-]+)$/;

/** The authorizer, without the scopes that each route has of its own. */
export function readAuthorizer(authorizer: Properties): Omit<JwtSpec, "scopes"> {
  authorizer.oneOf("AuthorizerType", "JWT");
  const jwt = authorizer.object("JwtConfiguration", ["Audience", "Issuer"]);
  if (!jwt) return authorizer.refuse("JwtConfiguration", "it is missing");
  const sources = authorizer.list("IdentitySource").map(String);
  const header = HEADER.exec(sources[0] ?? "$request.header.Authorization")?.[1];
  if (!header || sources.length > 1) {
    return authorizer.refuse("IdentitySource", "the embedded cloud reads one header only");
  }
  const audience = jwt.list("Audience").map(String);
  return { issuer: jwt.text("Issuer"), audience, header: header.toLowerCase() };
}
