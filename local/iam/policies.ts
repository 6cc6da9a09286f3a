/**
 * The policies of a running cloud: what each role may do, what of it was used, what was refused.
 */
import type { Match } from "./evaluate.ts";

/** One action on one resource that a statement allows a role, each as the template writes it. */
export interface Grant extends Match {
  /** Name of the role. */
  role: string;
}

/** A grant that let a request through, which no other grant would have. */
export interface Use extends Grant {
  /** The request's own action and resource. */
  asked: { action: string; resource: string };
  /** The function or mapping, by its label. */
  caller: string;
}

/** A request that was refused. */
export interface Denial {
  role: string;
  caller: string;
  action: string;
  resource: string;
  /** As the caller was told. */
  message: string;
}

/** Those that have all that is given. */
export type GrantFilter = Partial<Grant>;
export type DenialFilter = Partial<Denial>;

export interface Policies {
  /** All that the template allows, in its order. */
  grants(): readonly Grant[];
  /** The first use of each grant since the start. */
  uses(): readonly Use[];
  /** The last thousand refused requests. */
  denials(): readonly Denial[];
  /** Resolves at the next refused request that matches. */
  denial(filter: DenialFilter): Promise<Denial>;
  /**
   * Takes grants away until the answer is disposed of.
   * @throws LocalCloudError if none matches
   * @example
   * using _ = cloud.policies.without({ role, action: "sqs:SendMessage" });
   */
  without(filter: GrantFilter): Disposable;
  /**
   * What AWS looks at when it creates the event source mappings.
   * @throws TemplateError if a mapping's role lacks what the mapping needs
   */
  checkMappings(): void;
}
