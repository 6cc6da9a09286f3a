/**
 * The trace of the request that made a future, kept in its record, so that whatever happens to it
 * later, in whichever process and after whichever retry, can be found from the submission and back.
 *
 * In the form of X-Ray's trace header: `Root=1-5759e988-…;Parent=53995c3f42cd8ad8;Sampled=1`.
 */

export interface Trace {
  /** The trace's id: `Root`. */
  id: string;
  /** The segment that made the future. */
  parent?: string;
  /** Whether segments of this trace are wanted. */
  sampled: boolean;
}

/** Root, Parent and Sampled, the parts that are kept, have about 85 characters. */
const MAX_HEADER = 120;

/** The header without what is of no use later; undefined if there is none or it makes no sense. */
export function keptTrace(header: string | undefined): string | undefined {
  const fields = (header ?? "").split(";").filter((each) => /^(Root|Parent|Sampled)=/.test(each));
  const kept = fields.join(";");
  return parseTrace(kept) && kept.length <= MAX_HEADER ? kept : undefined;
}

export function parseTrace(header: string | undefined): Trace | undefined {
  const pairs = (header ?? "").split(";").map((each) => each.split("=") as [string, string?]);
  const { Root, Parent, Sampled } = Object.fromEntries(pairs) as Record<string, string | undefined>;
  if (!Root) return undefined;
  return { id: Root, ...(Parent ? { parent: Parent } : {}), sampled: Sampled === "1" };
}
