/**
 * The limits of a stage: of each route a token bucket, as API Gateway has it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
import type { StageLimits } from "../template/readStage.ts";

/** Takes a request of a route in. @returns whether it is within the limits */
export type Throttle = (routeKey: string) => boolean;

export function createThrottle(
  { all, routes }: StageLimits,
  now: () => number = () => performance.now(),
): Throttle {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (routeKey) => {
    // Half of a pair is taken from the limits of all routes.
    const { rate = Infinity, burst = Infinity } = { ...all, ...routes.get(routeKey) };
    const time = now();
    const bucket = buckets.get(routeKey) ?? { tokens: burst, at: time };
    buckets.set(routeKey, bucket);
    // A rate without bounds fills at once, and infinity times no time is no number.
    const filled = time > bucket.at ? ((time - bucket.at) / 1000) * rate : 0;
    bucket.tokens = Math.min(burst, bucket.tokens + filled);
    bucket.at = time;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
