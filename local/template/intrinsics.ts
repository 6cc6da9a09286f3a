/**
 * Resolves the intrinsic functions of a template.
 */
import { TemplateError } from "../errors.ts";
import { ACCOUNT, PARTITION, REGION, URL_SUFFIX } from "../identity.ts";
import { isObject, type Json } from "../json.ts";

/** What a template's references stand for. */
export interface Scope {
  stackName: string;
  ref(logicalId: string, from: string): unknown;
  attribute(logicalId: string, attribute: string, from: string): unknown;
}

const NO_VALUE = Symbol("AWS::NoValue");

/**
 * The value with every intrinsic function replaced by what it gives.
 * @param from the logical id that an error names
 * @throws TemplateError for a function that is not known, or a reference to nothing
 */
export function resolveValue(value: unknown, scope: Scope, from: string): unknown {
  const result = walk(value, scope, from);
  return result === NO_VALUE ? undefined : result;
}

function walk(value: unknown, scope: Scope, from: string): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => walk(each, scope, from)).filter((each) => each !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only === "Ref" || only?.startsWith("Fn::")) return intrinsic(only, value[only], scope, from);
  const result: Json = {};
  for (const key of keys) {
    const resolved = walk(value[key], scope, from);
    if (resolved !== NO_VALUE) result[key] = resolved;
  }
  return result;
}

function intrinsic(name: string, argument: unknown, scope: Scope, from: string): unknown {
  const list = () => {
    const resolved = walk(argument, scope, from);
    if (!Array.isArray(resolved)) throw new TemplateError(from, `${name} needs a list.`);
    return resolved as unknown[];
  };
  switch (name) {
    case "Ref":
      return reference(String(argument), scope, from);
    case "Fn::GetAtt": {
      const path = Array.isArray(argument) ? argument.map(String) : String(argument).split(".");
      return scope.attribute(String(path[0]), path.slice(1).join("."), from);
    }
    case "Fn::Join": {
      const [separator, parts] = list();
      return (parts as unknown[]).map(String).join(String(separator));
    }
    case "Fn::Select": {
      const [index, parts] = list();
      const chosen = (parts as unknown[])[Number(index)];
      if (chosen === undefined) throw new TemplateError(from, `Fn::Select finds no ${index}.`);
      return chosen;
    }
    case "Fn::Split": {
      const [separator, text] = list();
      return String(text).split(String(separator));
    }
    case "Fn::Sub":
      return substitute(argument, scope, from);
    default:
      throw new TemplateError(
        from,
        `the embedded cloud does not know ${name}; add it to local/template/intrinsics.ts.`,
      );
  }
}

function substitute(argument: unknown, scope: Scope, from: string): string {
  const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
  return String(text).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    const own = (names as Json)[name];
    if (own !== undefined) return String(walk(own, scope, from));
    const [logicalId, ...attribute] = name.split(".");
    return String(
      attribute.length > 0
        ? scope.attribute(String(logicalId), attribute.join("."), from)
        : reference(name, scope, from),
    );
  });
}

function reference(name: string, scope: Scope, from: string): unknown {
  switch (name) {
    case "AWS::Region":
      return REGION;
    case "AWS::AccountId":
      return ACCOUNT;
    case "AWS::Partition":
      return PARTITION;
    case "AWS::URLSuffix":
      return URL_SUFFIX;
    case "AWS::StackName":
      return scope.stackName;
    case "AWS::NoValue":
      return NO_VALUE;
    default:
      return scope.ref(name, from);
  }
}
