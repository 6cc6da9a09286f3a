/**
 * Which service a request is for, and what it asks: some services are told by a header, others by
 * method and path.
 */
import type { IncomingMessage } from "node:http";
import { isObject, type Json } from "../json.ts";
import type { Service } from "./call.ts";
import { readS3Request } from "./s3Request.ts";

const TARGETS: Readonly<Record<string, Service>> = {
  AmazonSQS: "sqs",
  DynamoDB_20120810: "dynamodb",
  AWSEvents: "events",
};

const XRAY: Readonly<Record<string, string>> = {
  "/TraceSegments": "PutTraceSegments",
  "/TelemetryRecords": "PutTelemetryRecords",
};

export interface ServiceRequest {
  service: Service;
  operation: string;
  /** The parameters, by the names that the service gives them; undefined for a body without sense. */
  parameters(body: Buffer): Json | undefined;
}

/** @returns undefined for a service that is not served here */
export function readRequest(request: IncomingMessage): ServiceRequest | undefined {
  const { method, url = "/", headers } = request;
  const target = headers["x-amz-target"];
  if (target !== undefined) {
    const [prefix = "", operation = ""] = String(target).split(".");
    const service = TARGETS[prefix];
    return service && { service, operation, parameters: (body) => parseObject(body) };
  }
  const s3 = readS3Request(request);
  if (s3) return s3;
  const { pathname, searchParams } = new URL(url, "http://gateway");
  const traced = XRAY[pathname];
  if (traced) {
    return { service: "xray", operation: traced, parameters: (body) => parseObject(body) };
  }
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname)?.[1];
  if (method !== "POST" || name === undefined) return undefined;
  return {
    service: "lambda",
    operation: "Invoke",
    parameters(body) {
      const payload = body.length === 0 ? { value: {} } : parse(body);
      const qualifier = searchParams.get("Qualifier");
      return (
        payload && {
          FunctionName: decodeURIComponent(name),
          InvocationType: headers["x-amz-invocation-type"] ?? "RequestResponse",
          ...(qualifier === null ? {} : { Qualifier: qualifier }),
          ClientContext: clientContext(headers["x-amz-client-context"]),
          Payload: payload.value,
        }
      );
    },
  };
}

/** Base64 of JSON; what is none is left out. */
function clientContext(header: string | string[] | undefined): unknown {
  if (typeof header !== "string") return undefined;
  return parse(Buffer.from(header, "base64"))?.value;
}

function parseObject(body: Buffer): Json | undefined {
  const value = parse(body)?.value;
  return isObject(value) ? value : undefined;
}

function parse(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(String(body)) as unknown };
  } catch {
    return undefined;
  }
}
