/**
 * The clients of AWS that a process needs: one of each, so that connections are used again.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { CALLS } from "./timeouts.ts";

export interface Clients {
  dynamodb: DynamoDBDocumentClient;
  sqs: SQSClient;
}

/** How a client of any service calls: with the timeouts and retries of all. */
export function clientOptions() {
  return {
    retryMode: CALLS.retryMode,
    maxAttempts: CALLS.maxAttempts,
    requestHandler: {
      connectionTimeout: CALLS.connectionTimeout,
      requestTimeout: CALLS.requestTimeout,
      // Otherwise the SDK only warns.
      throwOnRequestTimeout: true,
      httpsAgent: { keepAlive: true, maxSockets: 50 },
      httpAgent: { keepAlive: true, maxSockets: 50 },
    },
  };
}

/**
 * Region, credentials and endpoints come from the environment, as in every AWS SDK
 * (`AWS_REGION`, `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_SQS`, …). Connections are kept
 * alive, at most 50 to each service.
 */
export function createClients(): Clients {
  const options = clientOptions();
  return {
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(options), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    // The endpoint that is configured counts, not the host in a queue's URL.
    sqs: new SQSClient({ ...options, useQueueUrlAsEndpoint: false }),
  };
}
