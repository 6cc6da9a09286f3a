/**
 * The API, an HTTP API unless it is to be private: reads of futures go to the wait function,
 * everything else to the api function.
 */
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import {
  type CfnRoute,
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { accessLogFormat, accessLogGroup } from "./accessLog.ts";
import { authorizing, OPEN } from "./auth.ts";
import { preflight } from "./cors.ts";
import { except } from "./exceptions.ts";
import { createPrivateApi } from "./privateApi.ts";
import type { Security } from "./security.ts";
import { THROTTLED_CALLS, type ThrottledCall } from "./throttle.ts";

export interface ApiProps {
  api: Lambda;
  wait: Lambda;
  security: Security;
}

/** The API with its base URL. */
export interface CreatedApi {
  url: string;
  api: HttpApi | RestApi;
}

export function createApi(scope: Construct, props: ApiProps): CreatedApi {
  const { privateEndpoints } = props.security;
  if (privateEndpoints) {
    const api = createPrivateApi(scope, props, privateEndpoints);
    return { url: api.url, api };
  }
  const api = createHttpApi(scope, props);
  return { url: api.apiEndpoint, api };
}

function createHttpApi(scope: Construct, props: ApiProps): HttpApi {
  const { security } = props;
  const { throttle, corsOrigins } = security;
  const http = new HttpApi(scope, "Http", {
    ...authorizing(security.auth),
    ...(corsOrigins ? { corsPreflight: preflight(corsOrigins) } : {}),
    createDefaultStage: false,
  });
  if (security.auth === OPEN) except(http, "openApi");
  const stage = new HttpStage(http, "DefaultStage", {
    httpApi: http,
    stageName: "$default",
    autoDeploy: true,
    throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLogGroup(scope, security)),
      format: accessLogFormat(),
    },
  });
  const routes = addRoutes(http, props);
  // Limits of a route that is not there yet are refused.
  stage.node.addDependency(...routes);
  const limits = Object.entries(throttle.routes).map(([call, each]) => [
    call,
    { ThrottlingRateLimit: each.requestsPerSecond, ThrottlingBurstLimit: each.burst },
  ]);
  (stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(limits);
  return http;
}

/** @returns the routes that have limits of their own */
function addRoutes(http: HttpApi, { api, wait, security }: ApiProps): HttpRoute[] {
  const waiting = new HttpLambdaIntegration("Wait", wait);
  const rest = new HttpLambdaIntegration("Api", api);
  // By one route, so that an unknown path gets a problem document as well.
  http.addRoutes({ path: "/{path+}", methods: [HttpMethod.ANY], integration: rest });
  return THROTTLED_CALLS.flatMap((call) => {
    const [method, path = ""] = call.split(" ");
    const isRead = method === "GET";
    const routes = http.addRoutes({
      path,
      methods: [isRead ? HttpMethod.GET : HttpMethod.POST],
      integration: isRead ? waiting : rest,
      ...(call === APPROVALS ? { authorizer: new HttpNoneAuthorizer() } : {}),
    });
    if (call === APPROVALS) for (const route of routes) makePublic(route, security);
    return routes;
  });
}

/**
 * The one public call, for people who were sent a link: its right is the promise's own token, which
 * the function checks.
 */
const APPROVALS: ThrottledCall = "POST /approvals/{id}";

function makePublic(route: HttpRoute, security: Security): void {
  if (security.auth !== OPEN) except(route, "approvals");
  // The API's default scopes are for routes with an authorizer.
  (route.node.defaultChild as CfnRoute).addPropertyDeletionOverride("AuthorizationScopes");
}
