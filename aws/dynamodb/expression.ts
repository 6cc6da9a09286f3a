/**
 * The names and values of an expression. Every attribute goes by a placeholder, so that none can
 * be one of DynamoDB's 573 reserved words (`state`, `result`, `size`, …).
 */

/** Collects placeholders while an expression is written. */
export class Placeholders {
  private readonly names: Record<string, string> = {};
  private readonly values: Record<string, unknown> = {};

  /** The placeholder of an attribute, as in `#state`. */
  name(attribute: string): string {
    this.names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  }

  /** The placeholder of a value, as in `:state`; equal labels must mean equal values. */
  value(label: string, value: unknown): string {
    this.values[`:${label}`] = value;
    return `:${label}`;
  }

  /** What a command is given besides its expressions; DynamoDB refuses empty maps. */
  toInput(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, unknown>;
  } {
    return {
      ...(isEmpty(this.names) ? {} : { ExpressionAttributeNames: this.names }),
      ...(isEmpty(this.values) ? {} : { ExpressionAttributeValues: this.values }),
    };
  }
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}
