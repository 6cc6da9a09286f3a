/**
 * A future as the schemas describe it.
 */
import type * as z from "zod/mini";
import type { FutureRecord } from "../../core/future.ts";
import { view } from "../../core/view/future.ts";
import { viewMany } from "../../core/view/many.ts";
import type { Reading } from "../../core/view/outcome.ts";
import type { Future } from "./schemas/answers.ts";

type Shown = z.output<ReturnType<typeof Future>>;

export async function show(ports: Reading, record: FutureRecord): Promise<Shown> {
  // Equal but for the nesting of errors, which a JSON type cannot follow.
  return (await view(ports, record)) as Shown;
}

/** Many of them, as many as fit one answer. */
export async function showMany(ports: Reading, records: readonly FutureRecord[]): Promise<Shown[]> {
  return (await viewMany(ports, records)) as Shown[];
}
