/**
 * The statements of a policy document. Whatever could not be judged as AWS would is refused.
 */
import { type Condition, unknownIn } from "../iam/conditions.ts";
import type { Principal, Statement } from "../iam/statement.ts";
import { isObject, type Json } from "../json.ts";
import { Properties } from "./properties.ts";

const KNOWN = ["Sid", "Effect", "Action", "Resource", "Principal", "Condition"];

/** Whose policy it is: a role's, a resource's, or the one that says who may assume a role. */
export type PolicyKind = "identity" | "resource" | "trust";

/** @param name of the policy, to tell its statements by */
export function readStatements(
  from: Properties,
  property: string,
  kind: PolicyKind,
  name = from.logicalId,
): Statement[] {
  const document = from.object(property, ["Version", "Id", "Statement"]);
  if (!document) return from.refuse(property, "it is missing");
  return listOf(document.raw("Statement")).map((value, index) => {
    const path = `${property}.Statement[${index}].`;
    const statement = new Properties(from.logicalId, isObject(value) ? value : {}, path);
    for (const key of isObject(value) ? Object.keys(value) : []) {
      if (!KNOWN.includes(key)) statement.refuse(key, "the embedded cloud does not know it");
    }
    statement.oneOf("Effect", "Allow", "Deny");
    return {
      id: `${name}[${index}]`,
      effect: statement.text("Effect") as Statement["effect"],
      actions: texts(statement, "Action"),
      resources: kind === "trust" ? ["*"] : texts(statement, "Resource"),
      conditions: readConditions(statement),
      principals: kind === "identity" ? undefined : readPrincipals(statement),
    };
  });
}

function readConditions(statement: Properties): Condition[] {
  const condition = statement.raw("Condition");
  if (condition === undefined) return [];
  if (!isObject(condition)) return statement.refuse("Condition", "it must be an object");
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys as Json).map(([key, value]) => {
      const read = { operator, key: key.toLowerCase(), values: listOf(value).map(String) };
      const unknown = unknownIn(read);
      if (unknown) {
        statement.refuse(
          "Condition",
          `the embedded cloud does not know ${unknown}; add it to local/iam/conditions.ts`,
        );
      }
      return read;
    }),
  );
}

function readPrincipals(statement: Properties): Principal[] {
  const principal = statement.raw("Principal");
  if (principal === "*") return [{ kind: "AWS", name: "*" }];
  if (!isObject(principal)) return statement.refuse("Principal", "it is missing");
  return Object.entries(principal).flatMap(([kind, names]) => {
    if (kind !== "AWS" && kind !== "Service") {
      return statement.refuse("Principal", `the embedded cloud does not know the kind ${kind}`);
    }
    return listOf(names).map((name) => ({ kind, name: String(name) }) satisfies Principal);
  });
}

function texts(statement: Properties, name: string): string[] {
  const list = listOf(statement.raw(name));
  if (list.length === 0) statement.refuse(name, "it is missing");
  return list.map((value) => {
    if (typeof value !== "string") return statement.refuse(name, "it must hold texts");
    if (value.includes("${")) {
      statement.refuse(name, "policy variables are not known to the embedded cloud");
    }
    return value;
  });
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
