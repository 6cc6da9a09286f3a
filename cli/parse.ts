/**
 * Arguments from text.
 */
import { InvalidArgumentError } from "commander";

export function integer(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Use an integer.");
}

export function positive(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Use a whole number from 1 up.");
}

export function seconds(text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("Use a number of seconds.");
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(`It is no JSON (${why}). A shell wants it in single quotes.`);
  }
}
