/**
 * The HTTP API: reads of futures go to the wait function, everything else to the api function.
 */
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type IHttpRouteAuthorizer,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { JwtProps, ResolvedProps } from "./props.ts";

export interface ApiProps {
  api: Lambda;
  wait: Lambda;
  auth: ResolvedProps["auth"];
  /** Only with auth "jwt". */
  jwt?: JwtProps | undefined;
}

export function createApi(scope: Construct, { api, wait, auth, jwt }: ApiProps): HttpApi {
  const http = new HttpApi(scope, "Http", {
    defaultAuthorizer: authorizer(auth, jwt),
  });
  const waiting = new HttpLambdaIntegration("Wait", wait);
  const reads = ["/futures", "/futures/{id}", "/futures/{id}/results", "/futures/{id}/reports"];
  for (const path of reads) {
    http.addRoutes({ path, methods: [HttpMethod.GET], integration: waiting });
  }
  const rest = new HttpLambdaIntegration("Api", api);
  // The one public call, for people who were sent a link: its right is the promise's own token,
  // which the function checks.
  http.addRoutes({
    path: "/approvals/{id}",
    methods: [HttpMethod.POST],
    integration: rest,
    authorizer: new HttpNoneAuthorizer(),
  });
  // By one route, so that an unknown path gets a problem document as well.
  http.addRoutes({ path: "/{path+}", methods: [HttpMethod.ANY], integration: rest });
  return http;
}

function authorizer(auth: ApiProps["auth"], jwt: JwtProps | undefined): IHttpRouteAuthorizer {
  if (auth === "iam") return new HttpIamAuthorizer();
  if (!jwt) return new HttpNoneAuthorizer();
  return new HttpJwtAuthorizer("Jwt", jwt.issuer, { jwtAudience: [...jwt.audience] });
}
