/**
 * The validator of tasks' inputs; apart, so that it is loaded when the first input is checked and
 * not at a cold start.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

export function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  return ajv;
}
