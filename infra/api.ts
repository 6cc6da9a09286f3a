/**
 * The API, an HTTP API unless it is to be private: reads of futures go to the wait function,
 * everything else to the api function.
 */
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import {
  type CfnRoute,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { accessLogFormat, accessLogGroup } from "./accessLog.ts";
import { authorizing, OPEN } from "./auth.ts";
import { except } from "./exceptions.ts";
import { createPrivateApi } from "./privateApi.ts";
import type { Security } from "./security.ts";

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

function createHttpApi(scope: Construct, { api, wait, security }: ApiProps): HttpApi {
  const http = new HttpApi(scope, "Http", {
    ...authorizing(security.auth),
    createDefaultStage: false,
  });
  if (security.auth === OPEN) except(http, "openApi");
  new HttpStage(http, "DefaultStage", {
    httpApi: http,
    stageName: "$default",
    autoDeploy: true,
    throttle: {
      rateLimit: security.throttle.requestsPerSecond,
      burstLimit: security.throttle.burst,
    },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLogGroup(scope, security)),
      format: accessLogFormat(),
    },
  });
  const waiting = new HttpLambdaIntegration("Wait", wait);
  const parts = ["results", "reports", "tree"].map((part) => `/futures/{id}/${part}`);
  const reads = ["/futures", "/futures/{id}", ...parts];
  for (const path of reads) {
    http.addRoutes({ path, methods: [HttpMethod.GET], integration: waiting });
  }
  const rest = new HttpLambdaIntegration("Api", api);
  // The one public call, for people who were sent a link: its right is the promise's own token,
  // which the function checks.
  const approvals = http.addRoutes({
    path: "/approvals/{id}",
    methods: [HttpMethod.POST],
    integration: rest,
    authorizer: new HttpNoneAuthorizer(),
  });
  for (const route of approvals) {
    if (security.auth !== OPEN) except(route, "approvals");
    // The API's default scopes are for routes with an authorizer.
    (route.node.defaultChild as CfnRoute).addPropertyDeletionOverride("AuthorizationScopes");
  }
  // By one route, so that an unknown path gets a problem document as well.
  http.addRoutes({ path: "/{path+}", methods: [HttpMethod.ANY], integration: rest });
  return http;
}
