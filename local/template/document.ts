/**
 * A CloudFormation template as JSON.
 */
import type { Json } from "../json.ts";

export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown }>;
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
}

export interface Resource {
  Type: string;
  Properties?: Json;
}

/** The resources of one type, in the template's order. */
export function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}
