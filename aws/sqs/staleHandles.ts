/**
 * Receipt handles are good for one delivery. One that has run out means that the message belongs
 * to someone else now, or is gone: for whoever held it there is nothing to do.
 */
import { SQSServiceException } from "@aws-sdk/client-sqs";

/** A handle that SQS never gave; a message that is not in flight (any more). */
const STALE = new Set(["ReceiptHandleIsInvalid", "MessageNotInflight"]);

/**
 * Waits for a call that uses a receipt handle. That the handle is stale is no error; everything
 * else is.
 */
export async function unlessStale(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isStale(error)) throw error;
  }
}

function isStale(error: unknown): boolean {
  if (!(error instanceof SQSServiceException)) return false;
  if (STALE.has(error.name)) return true;
  // What SQS really says of a handle that it gave once: "Value … for parameter ReceiptHandle is
  // invalid. Reason: The receipt handle has expired." And of a message that has been in flight for
  // 12 hours: "… Total VisibilityTimeout for the message is beyond the limit."
  const invalid = /^InvalidParameterValue(Exception)?$/.test(error.name);
  return invalid && /ReceiptHandle|Total VisibilityTimeout/.test(error.message);
}
