/**
 * Errors in the shape in which AWS's JSON protocols send them.
 */
import type { Answer, Service } from "./call.ts";

const NAMESPACE: Record<Exclude<Service, "s3">, string> = {
  sqs: "com.amazonaws.sqs",
  dynamodb: "com.amazonaws.dynamodb.v20120810",
  lambda: "com.amazonaws.lambda",
  events: "com.amazonaws.events",
  xray: "com.amazonaws.xray",
};

/** Services that are spoken to by paths and methods, not by targets. */
const REST: ReadonlySet<Service> = new Set(["lambda", "xray"]);

/** @param name e.g. `AccessDeniedException` */
export function awsError(service: Service, status: number, name: string, message: string): Answer {
  if (service === "s3") return s3Error(status, name, message);
  if (REST.has(service)) {
    return { status, headers: { "x-amzn-errortype": name }, body: { Type: "User", message } };
  }
  return { status, body: { __type: `${NAMESPACE[service]}#${name}`, message } };
}

/** S3 alone speaks XML. */
function s3Error(status: number, name: string, message: string): Answer {
  const escaped = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${name}</Code><Message>${escaped}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body: {}, text };
}

/** What a service answers to whoever may not do what was asked. */
export function accessDenied(service: Service, message: string): Answer {
  if (service === "sqs" || service === "s3") return awsError(service, 403, "AccessDenied", message);
  const status = REST.has(service) ? 403 : 400;
  return awsError(service, status, "AccessDeniedException", message);
}
