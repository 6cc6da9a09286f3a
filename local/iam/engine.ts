/**
 * Decides by the template's policies, and keeps what it decided.
 */
import { LocalCloudError } from "../errors.ts";
import { ACCOUNT, bucketOf, REGION } from "../identity.ts";
import { evaluate, type Question, type Verdict } from "./evaluate.ts";
import type { Denial, DenialFilter, Grant, GrantFilter, Use } from "./policies.ts";
import { refusal } from "./refusal.ts";
import type { ResourcePolicies, RoleSpec } from "./statement.ts";

/** Whoever asks by a role. */
export interface Asking {
  /** Label of the function or mapping. */
  caller: string;
  role: string;
  /** ARN of its session, as AWS names it in messages. */
  arn: string;
}

/** Refused requests that are kept. */
const KEPT = 1000;

export class PolicyEngine {
  readonly #roles: ReadonlyMap<string, RoleSpec>;
  readonly #resources: ResourcePolicies;
  readonly #log: (line: string) => void;
  readonly #removed = new Map<object, GrantFilter>();
  readonly #uses = new Map<string, Use>();
  readonly #denials: Denial[] = [];
  readonly #logged = new Set<string>();
  readonly #waiting = new Set<(denial: Denial) => void>();

  constructor(
    { roles, resources }: { roles: readonly RoleSpec[]; resources: ResourcePolicies },
    log: (line: string) => void,
  ) {
    this.#roles = new Map(roles.map((role) => [role.name, role]));
    this.#resources = resources;
    this.#log = log;
  }

  /** @returns what AWS would say against it; undefined if it is allowed */
  ask(asking: Asking, action: string, resource: string): string | undefined {
    const { role } = asking;
    const verdict = this.#verdict(role, action, resource);
    if (verdict.allowed) {
      const [only, ...more] = verdict.by;
      const key = only && JSON.stringify([role, only]);
      if (key && more.length === 0 && !this.#uses.has(key)) {
        this.#uses.set(key, { role, ...only, asked: { action, resource }, caller: asking.caller });
      }
      return undefined;
    }
    const message = refusal(asking.arn, { action, resource }, verdict.why);
    this.#deny({ role, caller: asking.caller, action, resource, message }, verdict.statement);
    return message;
  }

  /** Whether a role may do what nobody has asked for: it counts as no use and no refusal. */
  allows(role: string, action: string, resource: string): boolean {
    return this.#verdict(role, action, resource).allowed;
  }

  /** Whether a resource's policy lets a service of AWS in, on behalf of a source. */
  allowsService(service: string, action: string, resource: string, source: string): boolean {
    const context = {
      "aws:securetransport": "true",
      "aws:sourcearn": source,
      "aws:sourceaccount": ACCOUNT,
    };
    const principal = { kind: "Service" as const, name: service };
    return this.#evaluate(undefined, { principal, action, resource, context }).allowed;
  }

  grants(): Grant[] {
    return [...this.#roles.values()].flatMap(({ name: role, statements }) =>
      statements
        .filter(({ effect }) => effect === "Allow")
        .flatMap(({ id: statement, actions, resources }) =>
          actions.flatMap((action) =>
            resources.map((resource) => ({ role, statement, action, resource })),
          ),
        ),
    );
  }

  uses(): Use[] {
    return [...this.#uses.values()];
  }

  denials(): Denial[] {
    return [...this.#denials];
  }

  denial(filter: DenialFilter): Promise<Denial> {
    return new Promise((resolve) => {
      const hear = (denial: Denial) => {
        if (!has(denial, filter)) return;
        this.#waiting.delete(hear);
        resolve(denial);
      };
      this.#waiting.add(hear);
    });
  }

  without(filter: GrantFilter): Disposable {
    if (!this.grants().some((grant) => has(grant, filter))) {
      throw new LocalCloudError(`No policy of the template grants ${JSON.stringify(filter)}.`);
    }
    const key = {};
    this.#removed.set(key, filter);
    return { [Symbol.dispose]: () => void this.#removed.delete(key) };
  }

  #verdict(role: string, action: string, resource: string): Verdict {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/${role}`;
    return this.#evaluate(role, {
      principal: { kind: "AWS", name: roleArn },
      action,
      resource,
      context: {
        // AWS is spoken to by TLS; the gateway of this machine stands for that.
        "aws:securetransport": "true",
        "aws:principalarn": roleArn,
        "aws:principalaccount": ACCOUNT,
        "aws:requestedregion": REGION,
      },
    });
  }

  #evaluate(role: string | undefined, question: Question): Verdict {
    const identity = (role !== undefined && this.#roles.get(role)?.statements) || [];
    // The policy of a bucket is that of its objects.
    const { resource: asked } = question;
    const policed = asked.startsWith("arn:aws:s3:::") ? bucketOf(asked) : asked;
    const resource = this.#resources.get(policed) ?? [];
    const filters = [...this.#removed.values()];
    return evaluate({ identity, resource }, question, (match) =>
      filters.some((filter) => has({ role, ...match }, filter)),
    );
  }

  #deny(denial: Denial, statement: string | undefined): void {
    this.#denials.push(denial);
    if (this.#denials.length > KEPT) this.#denials.shift();
    const { role, caller, action, resource } = denial;
    const line = statement
      ? `denied: ${caller}: ${statement} denies ${action} on ${resource} to the role ${role}`
      : `denied: ${caller}: the role ${role} has no statement that allows ${action} on ${resource}`;
    // A mapping asks again each second.
    if (!this.#logged.has(line)) this.#log(line);
    this.#logged.add(line);
    for (const hear of this.#waiting) hear(denial);
  }
}

function has(object: object, filter: object): boolean {
  const values = object as Record<string, unknown>;
  return Object.entries(filter).every(([key, value]) => values[key] === value);
}
