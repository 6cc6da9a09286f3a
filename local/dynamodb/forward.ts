/**
 * Hands requests on to the DynamoDB emulator over connections that stay open.
 */
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Answer } from "../gateway/call.ts";
import { readBody } from "../http/body.ts";
import type { Json } from "../json.ts";

export interface Dynamo {
  send(operation: string, body: Json): Promise<Answer>;
  close(): void;
}

// The emulators want to see a signature and check none. DynamoDB Local keeps the tables of each
// access key apart, so all callers share this one.
const SIGNED = {
  "content-type": "application/x-amz-json-1.0",
  "x-amz-date": "20260101T000000Z",
  authorization:
    "AWS4-HMAC-SHA256 Credential=forerun/20260101/us-east-1/dynamodb/aws4_request, " +
    "SignedHeaders=host;x-amz-date, Signature=0",
};

export function connectDynamo(endpoint: URL): Dynamo {
  const secure = endpoint.protocol === "https:";
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const request = secure ? httpsRequest : httpRequest;
  const { hostname, port, pathname: path } = endpoint;
  return {
    send(operation, body) {
      const text = JSON.stringify(body);
      const headers = {
        ...SIGNED,
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        "content-length": Buffer.byteLength(text),
      };
      return new Promise((resolve, reject) => {
        const outgoing = request(
          { method: "POST", hostname, port, path, agent, headers },
          (response) => {
            readBody(response).then((bytes) => {
              const status = response.statusCode ?? 500;
              resolve({ status, body: JSON.parse(String(bytes)) as Json });
            }, reject);
          },
        );
        outgoing.on("error", reject);
        outgoing.end(text);
      });
    },
    close: () => agent.destroy(),
  };
}
