/**
 * Errors in the shape in which AWS's JSON protocols send them.
 */
import type { Answer, Service } from "./call.ts";

const NAMESPACE: Record<Service, string> = {
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
  if (REST.has(service)) {
    return { status, headers: { "x-amzn-errortype": name }, body: { Type: "User", message } };
  }
  return { status, body: { __type: `${NAMESPACE[service]}#${name}`, message } };
}

/** What a service answers to whoever may not do what was asked. */
export function accessDenied(service: Service, message: string): Answer {
  if (service === "sqs") return awsError(service, 403, "AccessDenied", message);
  const status = REST.has(service) ? 403 : 400;
  return awsError(service, status, "AccessDeniedException", message);
}
