/**
 * A future as the schemas describe it.
 */
import type { z } from "@hono/zod-openapi";
import type { FutureRecord } from "../../core/future.ts";
import type { Ports } from "../../core/ports.ts";
import { view } from "../../core/view/future.ts";
import type { Future } from "./schemas/answers.ts";

type Shown = z.output<typeof Future>;

export async function show(
  ports: Pick<Ports, "store" | "config">,
  record: FutureRecord,
): Promise<Shown> {
  // Equal but for the nesting of errors, which a JSON type cannot follow.
  return (await view(ports, record)) as Shown;
}
