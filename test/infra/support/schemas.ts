/**
 * Checks a template's resources against the schemas by which CloudFormation itself checks them:
 * types, required and unknown properties, allowed values.
 */
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";

type Database = ReturnType<typeof loadAwsServiceSpecSync>;
type Properties = Database extends { all(key: "resource"): (infer R)[] }
  ? R extends { properties: infer P }
    ? P
    : never
  : never;
type PropertyType = Properties[string]["type"];

/** Every type of AWS: a second to read. */
let loaded: Database | undefined;

const INTRINSIC = /^(Ref|Condition|Fn::\w+)$/;

/**
 * @returns what is wrong, a line each: `LogicalId (Type) Property.Path: why`
 * @param resources the template's `Resources`
 */
export function checkSchemas(resources: Record<string, unknown>): string[] {
  loaded ??= loadAwsServiceSpecSync();
  const database = loaded;
  return Object.entries(resources).flatMap(([logicalId, resource]) => {
    const { Type: type, Properties: values = {} } = resource as {
      Type: string;
      Properties?: object;
    };
    const [spec] = database.lookup("resource", "cloudFormationType", "equals", type);
    if (!spec) return [`${logicalId}: CloudFormation knows no ${type}`];
    const found = checkObject(database, spec.properties, values, "");
    return found.map((each) => `${logicalId} (${type}) ${each}`);
  });
}

function checkObject(db: Database, known: Properties, values: object, path: string): string[] {
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required && !(name in values))
    .map(([name]) => `${path}${name}: it is required, and missing`);
  const wrong = Object.entries(values).flatMap(([name, value]) => {
    const property = known[name];
    if (!property) return [`${path}${name}: there is no such property`];
    // A schema's older types are still taken.
    const older = "previousTypes" in property ? property.previousTypes : [];
    const types = [property.type, ...(older ?? [])];
    return checkAny(db, types, value, `${path}${name}`);
  });
  return [...missing, ...wrong];
}

/** Fits if it fits one of the types; otherwise what is wrong by the first. */
function checkAny(db: Database, types: PropertyType[], value: unknown, path: string): string[] {
  const results = types.map((type) => checkValue(db, type, value, path));
  return results.some((each) => each.length === 0) ? [] : (results[0] ?? []);
}

function checkValue(db: Database, type: PropertyType, value: unknown, path: string): string[] {
  if (isIntrinsic(value)) return [];
  const want = (fits: boolean, what: string) =>
    fits ? [] : [`${path}: it is ${JSON.stringify(value)}; it must be ${what}`];
  switch (type.type) {
    case "json":
      return [];
    case "null":
      return want(value === null, "null");
    case "boolean":
      return want(typeof value === "boolean", "true or false");
    case "number":
      return want(typeof value === "number", "a number");
    case "integer": {
      const allowed = type.allowedValues;
      if (allowed) return want(allowed.includes(value as number), `one of ${allowed.join(", ")}`);
      return want(Number.isInteger(value), "a whole number");
    }
    case "string": {
      const allowed = type.allowedValues;
      if (allowed) return want(allowed.includes(value as string), `one of ${allowed.join(", ")}`);
      return want(typeof value === "string", "a text");
    }
    case "date-time":
      return want(typeof value === "string", "a text");
    case "tag":
      return want(isObject(value) && "Key" in value && "Value" in value, "a tag");
    case "array":
      if (!Array.isArray(value)) return want(false, "a list");
      return value.flatMap((each, at) => checkValue(db, type.element, each, `${path}[${at}]`));
    case "map":
      if (!isObject(value)) return want(false, "an object");
      return Object.entries(value).flatMap(([key, each]) =>
        checkValue(db, type.element, each, `${path}.${key}`),
      );
    case "union":
      return checkAny(db, type.types, value, path);
    case "ref": {
      if (!isObject(value)) return want(false, "an object");
      const { properties } = db.get("typeDefinition", type.reference.$ref);
      return checkObject(db, properties, value, `${path}.`);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What it gives is known at deployment only. */
function isIntrinsic(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && INTRINSIC.test(key);
}
