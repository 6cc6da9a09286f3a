/**
 * Typed access to the resolved properties of one resource; what is wrong is named.
 */
import { TemplateError } from "../errors.ts";
import { isObject, type Json } from "../json.ts";

export class Properties {
  readonly logicalId: string;
  readonly #values: Json;
  readonly #path: string;

  constructor(logicalId: string, values: Json, path = "") {
    this.logicalId = logicalId;
    this.#values = values;
    this.#path = path;
  }

  /** The value as it stands, e.g. to hand on to an emulator. */
  raw(name: string): unknown {
    return this.#values[name];
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === "string") return value;
    return this.refuse(name, `it is ${JSON.stringify(value)}; it must be a text`);
  }

  number(name: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    return this.refuse(name, `it is ${JSON.stringify(value)}; it must be a number`);
  }

  /** A nested object whose own keys must be among those given. */
  object(name: string, known: readonly string[]): Properties | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (!isObject(value)) return this.refuse(name, "it must be an object");
    const nested = new Properties(this.logicalId, value, `${this.#path}${name}.`);
    for (const key of Object.keys(value)) {
      if (!known.includes(key)) nested.refuse(key, "the embedded cloud does not know it");
    }
    return nested;
  }

  list(name: string): unknown[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    if (Array.isArray(value)) return value as unknown[];
    return this.refuse(name, "it must be a list");
  }

  /** Refuses the property unless it is absent or one of these. */
  oneOf(name: string, ...allowed: unknown[]): void {
    const value = this.#values[name];
    if (value === undefined || allowed.includes(value)) return;
    const list = allowed.map((each) => JSON.stringify(each)).join(" or ");
    this.refuse(name, `it is ${JSON.stringify(value)}; the embedded cloud runs ${list} only`);
  }

  /** @throws TemplateError always */
  refuse(name: string, reason: string): never {
    throw new TemplateError(this.logicalId, `${this.#path}${name}: ${reason}.`);
  }

  #missing(name: string): never {
    return this.refuse(name, "it is missing");
  }
}
