/**
 * AWS::ApiGatewayV2: the routes of the HTTP API and the functions behind them.
 */
import type { FindFunction } from "./findFunction.ts";
import type { Properties } from "./properties.ts";
import { type JwtSpec, readAuthorizer } from "./readAuthorizer.ts";
import type { FunctionSpec } from "./readFunction.ts";
import { readStage, type StageLimits } from "./readStage.ts";

export interface ApiSpec {
  routes: readonly RouteSpec[];
  cors: CorsSpec | undefined;
  /** Of its stage; without one there are none. */
  limits: StageLimits | undefined;
}

export interface RouteSpec {
  logicalId: string;
  /** `$default` or `METHOD /path/{parameter}`. */
  key: string;
  target: FunctionSpec;
  timeoutMilliseconds: number;
  /** `NONE`, `AWS_IAM` or `JWT`. */
  authorization: string;
  /** What a route with `JWT` asks of the token. */
  jwt: JwtSpec | undefined;
}

export interface CorsSpec {
  allowOrigins: readonly string[];
  allowMethods: readonly string[];
  allowHeaders: readonly string[];
  exposeHeaders: readonly string[];
  maxAgeSeconds: number | undefined;
  allowCredentials: boolean;
}

/** Reads all resources of a type; the second argument of the reader is what `Ref` gives. */
export type ReadAll = <T>(type: string, reader: (each: Properties, name: string) => T) => T[];

/** The hard limit of an HTTP API. */
const LIMIT_MILLISECONDS = 30_000;

const CORS_KEYS = [
  "AllowOrigins",
  "AllowMethods",
  "AllowHeaders",
  "ExposeHeaders",
  "MaxAge",
  "AllowCredentials",
];

export function readApi(read: ReadAll, find: FindFunction): ApiSpec {
  const apis = read("AWS::ApiGatewayV2::Api", (api) => {
    api.oneOf("ProtocolType", "HTTP");
    return { api, cors: api.object("CorsConfiguration", CORS_KEYS) };
  });
  const [first, second] = apis;
  if (second)
    second.api.refuse("Name", "the embedded cloud serves one HTTP API, and this is a second");

  const integrations = new Map(
    read("AWS::ApiGatewayV2::Integration", (integration, id) => {
      integration.oneOf("IntegrationType", "AWS_PROXY");
      integration.oneOf("PayloadFormatVersion", "2.0");
      const target = find(integration, "IntegrationUri", "apigateway.amazonaws.com");
      const timeout = integration.number("TimeoutInMillis") ?? LIMIT_MILLISECONDS;
      return [id, { target, timeoutMilliseconds: Math.min(timeout, LIMIT_MILLISECONDS) }] as const;
    }),
  );
  const authorizers = new Map(
    read("AWS::ApiGatewayV2::Authorizer", (each, id) => [id, readAuthorizer(each)] as const),
  );
  const routes = read("AWS::ApiGatewayV2::Route", (route) => {
    const integration = integrations.get(route.text("Target").replace("integrations/", ""));
    if (!integration) return route.refuse("Target", "it names no integration of this template");
    route.oneOf("AuthorizationType", "NONE", "AWS_IAM", "JWT");
    const authorizer = authorizers.get(route.optionalText("AuthorizerId") ?? "");
    if (route.raw("AuthorizationType") === "JWT" && !authorizer) {
      return route.refuse("AuthorizerId", "it names no authorizer of this template");
    }
    const scopes = route.list("AuthorizationScopes").map(String);
    return {
      logicalId: route.logicalId,
      key: route.text("RouteKey"),
      jwt: authorizer && { ...authorizer, scopes },
      authorization: route.optionalText("AuthorizationType") ?? "NONE",
      ...integration,
    };
  });
  const keys = new Set(routes.map(({ key }) => key));
  const [limits] = read("AWS::ApiGatewayV2::Stage", (stage) => readStage(stage, keys));
  return { routes, cors: first?.cors && readCors(first.cors), limits };
}

function readCors(cors: Properties): CorsSpec {
  const texts = (name: string) => cors.list(name).map(String);
  return {
    allowOrigins: texts("AllowOrigins"),
    allowMethods: texts("AllowMethods"),
    allowHeaders: texts("AllowHeaders"),
    exposeHeaders: texts("ExposeHeaders"),
    maxAgeSeconds: cors.number("MaxAge"),
    allowCredentials: cors.raw("AllowCredentials") === true,
  };
}
