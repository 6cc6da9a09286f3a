/**
 * AWS::ApiGatewayV2::Stage: how many requests its routes take.
 */
import { isObject } from "../json.ts";
import { Properties } from "./properties.ts";

export interface RouteLimits {
  /** Requests a second; absent for no limit. */
  rate?: number;
  /** Requests at once; absent for no limit. */
  burst?: number;
}

export interface StageLimits {
  all: RouteLimits;
  /** By route key, for those that have their own. */
  routes: ReadonlyMap<string, RouteLimits>;
}

const KEYS = ["ThrottlingRateLimit", "ThrottlingBurstLimit", "DetailedMetricsEnabled"];

/** @param routeKeys those that the API has: limits of any other are refused, as by AWS */
export function readStage(stage: Properties, routeKeys: ReadonlySet<string>): StageLimits {
  stage.oneOf("StageName", "$default");
  const given = stage.raw("RouteSettings") ?? {};
  if (!isObject(given)) return stage.refuse("RouteSettings", "it must be an object");
  const own = new Properties(stage.logicalId, given, "RouteSettings.");
  const routes = Object.keys(given).map((key) => {
    if (!routeKeys.has(key)) own.refuse(key, "the API has no such route");
    return [key, limits(own.object(key, KEYS))] as const;
  });
  return { all: limits(stage.object("DefaultRouteSettings", KEYS)), routes: new Map(routes) };
}

function limits(settings: Properties | undefined): RouteLimits {
  const rate = settings?.number("ThrottlingRateLimit");
  const burst = settings?.number("ThrottlingBurstLimit");
  return {
    ...(rate === undefined ? {} : { rate }),
    ...(burst === undefined ? {} : { burst }),
  };
}
