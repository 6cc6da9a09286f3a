/**
 * Finds the route of a request, the most specific first, as API Gateway does.
 */
import type { RouteSpec } from "../template/readApi.ts";

export interface RouteMatch {
  route: RouteSpec;
  pathParameters: Record<string, string>;
}

export type Router = (method: string, path: string) => RouteMatch | undefined;

interface Pattern {
  route: RouteSpec;
  method: string;
  segments: readonly string[];
}

/** Static segments before parameters, parameters before `{rest+}`; a method before ANY. */
export function createRouter(routes: readonly RouteSpec[]): Router {
  const fallback = routes.find(({ key }) => key === "$default");
  const patterns = routes
    .filter((route) => route !== fallback)
    .map((route): Pattern => {
      const [method = "", path = ""] = route.key.split(" ");
      return { route, method, segments: split(path) };
    })
    .sort((a, b) => rank(a).localeCompare(rank(b)));

  return (method, path) => {
    const segments = split(path);
    for (const pattern of patterns) {
      if (pattern.method !== "ANY" && pattern.method !== method) continue;
      const pathParameters = match(pattern.segments, segments);
      if (pathParameters) return { route: pattern.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function split(path: string): string[] {
  return path.split("/").slice(1);
}

function rank({ method, segments }: Pattern): string {
  const ranks = segments.map((segment) => {
    if (segment.endsWith("+}")) return "2";
    return segment.startsWith("{") ? "1" : "0";
  });
  return `${ranks.join("")} ${method === "ANY" ? 1 : 0}`;
}

function match(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const name = /^\{(.+?)\+?\}$/.exec(expected)?.[1];
    const greedy = expected.endsWith("+}");
    const actual = greedy ? segments.slice(index).join("/") : segments[index];
    if (actual === undefined || (name ? actual === "" : actual !== expected)) return undefined;
    if (name) parameters[name] = decode(actual);
    if (greedy) return parameters;
  }
  return pattern.length === segments.length ? parameters : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
