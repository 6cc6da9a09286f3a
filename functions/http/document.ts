/**
 * GET /openapi.json: the routes as OpenAPI describes calls. It is made when the functions are
 * bundled (infra/build-bundles.ts), because what makes it is as much code as the api function.
 * https://spec.openapis.org/oas/v3.1.1.html
 */
import * as z from "zod/mini";
import * as approvalRoutes from "./approvalRoutes.ts";
import * as openedRoutes from "./openedRoutes.ts";
import type { Route } from "./route.ts";
import * as routes from "./routes.ts";
import { DESCRIPTIONS } from "./schemas/describe.ts";

type Json = Record<string, unknown>;

/** The calls of both HTTP functions. */
const ALL: readonly Route[] = [routes, approvalRoutes, openedRoutes].flatMap((each) =>
  Object.values<Route>(each),
);

export function openApiDocument(): object {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of ALL) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, schemas) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Forerun",
      version: "1",
      description: "asyncio for AWS: tasks with priorities, futures, gather and wait.",
    },
    components: { schemas },
    paths,
  };
}

/** @param components gets the schemas that have a name */
function operation(route: Route, components: Json): Json {
  const { params, query, body } = route.request?.() ?? {};
  const parameters = [
    ...parametersOf("path", params, components),
    ...parametersOf("query", query, components),
  ];
  return {
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { ...body, content: contentOf(body.content, components) } } : {}),
    responses: Object.fromEntries(
      Object.entries(route.responses()).map(([status, { description, content }]) => [
        status,
        { description, content: contentOf(content, components) },
      ]),
    ),
  };
}

function contentOf(
  content: ReturnType<Route["responses"]>[number]["content"],
  components: Json,
): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [
      type,
      { schema: schemaOf(schema, components) },
    ]),
  );
}

function parametersOf(place: string, schema: z.ZodMiniType | undefined, components: Json): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, components) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

const REFERENCE = "#/components/schemas/";

function schemaOf(schema: z.ZodMiniType, components: Json): Json {
  const {
    $schema: _,
    $defs = {},
    ...made
  } = z.toJSONSchema(schema, {
    io: "input",
    metadata: DESCRIPTIONS,
    unrepresentable: "any",
    override: ({ jsonSchema }) => simplify(jsonSchema as Json),
  });
  for (const [id, each] of Object.entries($defs)) components[id] = referring(each);
  return referring(made) as Json;
}

/**
 * Leaves out what zod adds to what we say: the bounds of integers in JavaScript, and how a time looks.
 * Generators of clients know `enum` better than `const`.
 */
function simplify(made: Json): void {
  if ("const" in made) {
    made.enum = [made.const];
    delete made.const;
  }
  if (made.minimum === Number.MIN_SAFE_INTEGER) delete made.minimum;
  if (made.maximum === Number.MAX_SAFE_INTEGER) delete made.maximum;
  if (made.format === "date-time") delete made.pattern;
}

/** The same with references to where components stand. */
function referring(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', `"${REFERENCE}`)) as unknown;
}
