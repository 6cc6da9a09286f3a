/**
 * How many requests the API takes, by route.
 */
import { refuse, whole } from "./refuse.ts";

export interface Throttle {
  /** Requests a second in the long run; 1 to 10,000. @default 1000 */
  requestsPerSecond: number;
  /** Requests that may come at once; 1 to 5,000. @default 2000 */
  burst: number;
}

/** The calls that are throttled by themselves; all others together are one route. */
export const THROTTLED_CALLS = [
  "POST /tasks",
  "POST /tasks/batch",
  "GET /futures/{id}",
  "GET /futures",
  "GET /futures/{id}/results",
  "GET /futures/{id}/reports",
  "GET /futures/{id}/tree",
  "POST /approvals/{id}",
] as const;

export type ThrottledCall = (typeof THROTTLED_CALLS)[number];

export interface ThrottleProps extends Partial<Throttle> {
  /**
   * Other limits for single calls: `{ "POST /tasks": { requestsPerSecond: 50, burst: 100 } }`.
   * @default the limits above, but for batches 200 a second and 400 at once, for each list (many
   * futures, results, reports, tree) 500 and 1000, and for approvals, which anybody may call, 10 and 20;
   * none above those for all
   */
  routes?: Partial<Record<ThrottledCall, Partial<Throttle>>>;
}

/** The limits of all other calls, and of each that has its own. */
export interface ResolvedThrottle extends Throttle {
  routes: Readonly<Record<ThrottledCall, Throttle>>;
}

/** What API Gateway gives a whole account and region, unless it is raised. */
const ACCOUNT: Throttle = { requestsPerSecond: 10_000, burst: 5000 };

/** A tenth of the account's rate: one deployment that is flooded leaves the others their share. */
const DEFAULT: Throttle = { requestsPerSecond: 1000, burst: 2000 };

/** Each reads or makes a hundred futures or more. */
const LIST: Throttle = { requestsPerSecond: 500, burst: 1000 };

/** The calls that cost more than one future's, or that are open. */
const OF_CALLS: Partial<Record<ThrottledCall, Throttle>> = {
  "POST /tasks/batch": { requestsPerSecond: 200, burst: 400 },
  "GET /futures": LIST,
  "GET /futures/{id}/results": LIST,
  "GET /futures/{id}/reports": LIST,
  "GET /futures/{id}/tree": LIST,
  // People press buttons; what comes faster guesses, or floods.
  "POST /approvals/{id}": { requestsPerSecond: 10, burst: 20 },
};

/** @throws ConfigurationError that names the property, and what would be right */
export function resolveThrottle(given: ThrottleProps = {}): ResolvedThrottle {
  const { routes: own = {}, ...all } = given;
  const most = checked("throttle", { ...DEFAULT, ...all });
  const unknown = Object.keys(own).find(
    (call) => !(THROTTLED_CALLS as readonly string[]).includes(call),
  );
  if (unknown !== undefined) {
    const list = THROTTLED_CALLS.map((call) => `"${call}"`).join(", ");
    refuse(`throttle.routes["${unknown}"]`, `it is no route of its own; use one of ${list}`);
  }
  const routes = THROTTLED_CALLS.map((call) => {
    const usual = least(most, OF_CALLS[call] ?? most);
    return [call, checked(`throttle.routes["${call}"]`, { ...usual, ...own[call] })];
  });
  return { ...most, routes: Object.fromEntries(routes) };
}

function checked(property: string, { requestsPerSecond, burst }: Throttle): Throttle {
  whole(`${property}.requestsPerSecond`, requestsPerSecond, 1, ACCOUNT.requestsPerSecond);
  whole(`${property}.burst`, burst, 1, ACCOUNT.burst);
  return { requestsPerSecond, burst };
}

function least(a: Throttle, b: Throttle): Throttle {
  return {
    requestsPerSecond: Math.min(a.requestsPerSecond, b.requestsPerSecond),
    burst: Math.min(a.burst, b.burst),
  };
}

/** The limits by the names that API Gateway's stages give them, HTTP APIs' and REST APIs' alike. */
export function limitsOf({ requestsPerSecond, burst }: Throttle) {
  return { throttlingRateLimit: requestsPerSecond, throttlingBurstLimit: burst };
}
