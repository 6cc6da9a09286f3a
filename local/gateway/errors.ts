/**
 * Errors in the shape in which AWS's JSON protocols send them.
 */
import type { Answer, Service } from "./call.ts";

const NAMESPACE: Record<Service, string> = {
  sqs: "com.amazonaws.sqs",
  dynamodb: "com.amazonaws.dynamodb.v20120810",
};

/** @param name e.g. `AccessDeniedException` */
export function awsError(service: Service, status: number, name: string, message: string): Answer {
  return { status, body: { __type: `${NAMESPACE[service]}#${name}`, message } };
}
