/**
 * The API as a private one: a REST API that only endpoints of a VPC reach (decision 16).
 */
import {
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { IVpcEndpoint } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import { accessLogFormat, accessLogGroup } from "./accessLog.ts";
import type { ApiProps } from "./api.ts";
import { OPEN } from "./auth.ts";
import { except } from "./exceptions.ts";
import { limitsOf, THROTTLED_CALLS } from "./throttle.ts";

/** A REST API has a stage in its path; this one says which version of the calls it serves. */
const STAGE = "v1";

export function createPrivateApi(
  scope: Construct,
  { api, wait, security }: ApiProps,
  endpoints: readonly IVpcEndpoint[],
): RestApi {
  const open = security.auth === OPEN;
  const vpcEndpoints = [...endpoints];
  const rest = new RestApi(scope, "Rest", {
    endpointConfiguration: { types: [EndpointType.PRIVATE], vpcEndpoints },
    defaultMethodOptions: {
      authorizationType: open ? AuthorizationType.NONE : AuthorizationType.IAM,
    },
    // The role by which API Gateway writes logs belongs to the account, not to one deployment.
    cloudWatchRole: false,
    deployOptions: {
      stageName: STAGE,
      ...limitsOf(security.throttle),
      methodOptions: Object.fromEntries(
        // Approvals are called by a caller with rights here, and have no route of their own.
        THROTTLED_CALLS.filter((call) => !call.includes("/approvals")).map((call) => {
          const [method, path] = call.split(" ");
          return [`${path}/${method}`, limitsOf(security.throttle.routes[call])];
        }),
      ),
      accessLogDestination: new LogGroupLogDestination(accessLogGroup(scope, security)),
      accessLogFormat: accessLogFormat("$context.resourcePath"),
    },
  });
  rest.grantInvokeFromVpcEndpointsOnly(vpcEndpoints);
  // Without the console's test calls, which would need a permission of their own.
  const waiting = new LambdaIntegration(wait, { allowTestInvoke: false });
  const others = new LambdaIntegration(api, { allowTestInvoke: false });

  const futures = rest.root.addResource("futures");
  const future = futures.addResource("{id}");
  const reads = [
    futures,
    future,
    ...["results", "reports", "tree"].map((part) => future.addResource(part)),
  ];
  for (const each of reads) each.addMethod("GET", waiting);
  const tasks = rest.root.addResource("tasks");
  const makes = [tasks, tasks.addResource("batch")];
  for (const each of makes) each.addMethod("POST", others);
  // A path that leads into a resource is not looked for elsewhere: the rest of each goes along.
  const deeper = [future, tasks].map((each) => each.addResource("{rest+}"));
  const rests = [...reads, ...makes, ...deeper, rest.root.addResource("{path+}")];
  for (const each of rests) each.addMethod("ANY", others);

  except(rest, "ownValidation");
  except(rest, "noFirewall");
  except(rest, "accessLogOnly");
  except(rest, "noUserPool");
  if (open) except(rest, "openApi");
  return rest;
}
