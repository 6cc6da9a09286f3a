/**
 * What the embedded cloud refuses, and what it fails with. The message says what to do.
 */

/** Base of all errors of the embedded cloud. */
export class LocalCloudError extends Error {
  override name = "LocalCloudError";
}

/** The template holds something that this machine would not run as AWS does. */
export class TemplateError extends LocalCloudError {
  override name = "TemplateError";
  /** The resource at fault. */
  readonly logicalId: string;

  constructor(logicalId: string, message: string) {
    super(`${logicalId}: ${message}`);
    this.logicalId = logicalId;
  }
}

/** An error's text, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
