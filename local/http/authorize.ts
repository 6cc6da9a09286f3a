/**
 * Who may call a route of the HTTP API, as its AuthorizationType asks.
 */
import type { IncomingMessage } from "node:http";
import type { Callers } from "../gateway/callers.ts";
import type { PolicyEngine } from "../iam/engine.ts";
import { arn } from "../identity.ts";
import type { Json } from "../json.ts";
import { checkJwt, type JwtKeys } from "./jwt.ts";
import { type HttpResponse, plain } from "./response.ts";
import type { RouteMatch } from "./routes.ts";
import { checkSignature } from "./signature.ts";

/** The answer to whoever may not; or what the function is told of whoever may. */
export type Authorized = { refused: HttpResponse } | { authorizer: Json | undefined };

export type Authorize = (
  request: IncomingMessage,
  body: Buffer,
  match: RouteMatch,
) => Promise<Authorized>;

export interface AuthorizeOptions {
  callers: Callers;
  engine: PolicyEngine;
  /** Keys of all issuers; without them they are fetched from the issuer. */
  jwtKeys: JwtKeys | undefined;
}

/** What lets in everybody: the default on a machine of one's own. */
export const openToAll: Authorize = () => Promise.resolve({ authorizer: undefined });

export function createAuthorize({ callers, engine, jwtKeys }: AuthorizeOptions): Authorize {
  return async (request, body, { route }) => {
    switch (route.authorization) {
      case "AWS_IAM":
        return iam(request, body);
      case "JWT":
        return route.jwt ? checkJwt(request, route.jwt, jwtKeys) : { refused: FORBIDDEN() };
      default:
        return { authorizer: undefined };
    }
  };

  async function iam(request: IncomingMessage, body: Buffer): Promise<Authorized> {
    const caller = callers.of(request.headers.authorization);
    if (!caller || !(await checkSignature(request, body, caller.accessKeyId))) {
      return { refused: FORBIDDEN() };
    }
    const { role, arn: userArn, name, accessKeyId } = caller;
    const path = request.url?.split("?")[0] ?? "/";
    const resource = arn("execute-api", `local/$default/${request.method}${path}`);
    const denied =
      role !== undefined &&
      engine.ask({ caller: name, role, arn: userArn }, "execute-api:Invoke", resource);
    if (denied) return { refused: FORBIDDEN() };
    const accountId = userArn.split(":")[4];
    const callerId = role === undefined ? accessKeyId : `${role}:${userArn.split("/").at(-1)}`;
    const iamContext = {
      accessKey: accessKeyId,
      accountId,
      callerId,
      cognitoIdentity: null,
      principalOrgId: null,
      userArn,
      userId: callerId,
    };
    return { authorizer: { iam: iamContext } };
  }
}

/** HTTP APIs tell nobody why. */
const FORBIDDEN = () => plain(403, "Forbidden");
