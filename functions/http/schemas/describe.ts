/**
 * What schemas say about themselves to people: it stands in GET /openapi.json, and nowhere else.
 */
import * as z from "zod/mini";

export interface Description {
  /** The component of the document that it becomes. @default none: it is written out in its place */
  id?: string;
  description?: string;
  example?: unknown;
}

export const DESCRIPTIONS = z.registry<Description>();

/** The schema itself, which is described from now on wherever it stands. */
export function describe<S extends z.ZodMiniType>(schema: S, description: Description): S {
  DESCRIPTIONS.add(schema, description);
  return schema;
}
