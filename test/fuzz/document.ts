/**
 * The calls of the API as its own OpenAPI document describes them.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** The part of JSON Schema that the document uses. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  oneOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  schema: Schema;
}

export interface Operation {
  /** As `POST /tasks`. */
  name: string;
  method: string;
  /** With `{id}`. */
  path: string;
  parameters: readonly Parameter[];
  /** Absent: it takes none. */
  body?: Schema;
  /** What each status that it may answer looks like, by media type and check. */
  answers: ReadonlyMap<number, { type: string; fits: ValidateFunction }>;
  /** Whether a body is one that the document describes. */
  takes?: ValidateFunction;
}

interface Document {
  components: object;
  paths: Record<string, Record<string, DescribedOperation>>;
}

interface DescribedOperation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

const ROOT = "openapi";

/** All operations of a document, with its references resolved. */
export function operationsOf(document: unknown): Operation[] {
  const { components, paths } = document as Document;
  const ajv = new Ajv2020({ strict: false, schemas: { [ROOT]: { components } } });
  formats.default(ajv);
  const compile = (schema: Schema) => ajv.compile(pointToRoot(schema));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const body = described.requestBody?.content["application/json"]?.schema;
      const answers = Object.entries(described.responses).map(([status, { content }]) => {
        const [type = "", { schema = {} } = {}] = Object.entries(content)[0] ?? [];
        return [Number(status), { type, fits: compile(schema) }] as const;
      });
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters: described.parameters ?? [],
        answers: new Map(answers),
        ...(body ? { body: resolve(body, components), takes: compile(body) } : {}),
      };
    }),
  );
}

/** `#/components/…` of the document, as a schema that stands alone names it. */
function pointToRoot(schema: Schema): Schema {
  const text = JSON.stringify(schema);
  return JSON.parse(text.replaceAll('"$ref":"#/', `"$ref":"${ROOT}#/`)) as Schema;
}

/** The schema without references: those of requests do not lead back to themselves. */
function resolve(schema: Schema, components: object): Schema {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (value === null || typeof value !== "object") return value;
    if ("$ref" in value) return replace(follow(String(value.$ref), components));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replace(each)]));
  };
  return replace(schema) as Schema;
}

function follow(pointer: string, components: object): unknown {
  return pointer
    .split("/")
    .slice(2)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], components);
}
