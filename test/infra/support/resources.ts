/**
 * Looking things up in a template.
 */
import type { Template } from "aws-cdk-lib/assertions";

export interface Found {
  id: string;
  /** Its properties, of whatever shape. */
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have no types of ours
  is: any;
}

/** The resources of a type, in the template's order. */
export function all(template: Template, type: string): Found[] {
  const found = Object.entries(template.findResources(type));
  return found.map(([id, { Properties }]) => ({ id, is: Properties ?? {} }));
}

/** The resource that a `Ref` or an `Fn::GetAtt` leads to. */
export function target(value: unknown): string {
  const { Ref, "Fn::GetAtt": attribute } = (value ?? {}) as Record<string, unknown>;
  if (typeof Ref === "string") return Ref;
  return Array.isArray(attribute) ? String(attribute[0]) : JSON.stringify(value);
}

/** The resource of a type that a reference leads to. */
export function behind(template: Template, type: string, value: unknown): Found {
  const id = target(value);
  const found = all(template, type).find((each) => each.id === id);
  if (!found) throw new Error(`There is no ${type} ${id}.`);
  return found;
}

/** The function whose logical id begins like that. */
export function lambda(template: Template, name: string): Found {
  const found = all(template, "AWS::Lambda::Function").find(({ id }) => label(id) === name);
  if (!found) throw new Error(`There is no function ${name}.`);
  return found;
}

/** A logical id without the construct's name and CDK's hash: `ForerunWorker7C2BFC96` is Worker. */
export function label(id: string): string {
  return id.replace(/^Forerun/, "").replace(/[0-9A-F]{8}$/, "");
}
