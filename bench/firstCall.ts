/**
 * What a function is first called with, by its kind.
 */

const SQS_RECORD = {
  messageId: "m",
  receiptHandle: "h",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:queue",
  messageAttributes: {},
};

/** A call of each function that reaches AWS: the answers are silentAws.ts's. */
export function firstCall(name: string): unknown {
  if (name === "api") return http("POST", "/timers", { delaySeconds: 60 });
  if (name === "wait") return http("GET", "/futures/none");
  if (name === "sweeper") return {};
  return {
    Records: [
      {
        ...SQS_RECORD,
        body: JSON.stringify(name === "settler" ? { id: "none" } : { band: 0 }),
        attributes: { SentTimestamp: String(Date.now()), ApproximateReceiveCount: "1" },
      },
    ],
  };
}

function http(method: string, path: string, body?: object) {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: { host: "localhost", "content-type": "application/json" },
    requestContext: { domainName: "localhost", http: { method, path, protocol: "HTTP/1.1" } },
    ...(body ? { body: JSON.stringify(body) } : {}),
    isBase64Encoded: false,
  };
}
