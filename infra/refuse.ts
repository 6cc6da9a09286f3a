/**
 * Refusals of properties, each of which names the property and says what would be right.
 */
import { ConfigurationError } from "../core/errors.ts";

/** @throws ConfigurationError unless the value is a whole number from `low` to `high` */
export function whole(property: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  refuse(property, `it is ${value}; use a whole number from ${low} to ${high}`);
}

/** @throws ConfigurationError unless the value is one of those allowed */
export function oneOf<T>(property: string, value: T, allowed: readonly T[]): void {
  if (allowed.includes(value)) return;
  const list = allowed.map((each) => JSON.stringify(each)).join(" or ");
  refuse(property, `it is ${JSON.stringify(value)}; use ${list}`);
}

/** @throws ConfigurationError always */
export function refuse(property: string, why: string): never {
  throw new ConfigurationError(`Forerun's property ${property}: ${why}.`);
}
