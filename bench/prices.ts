/**
 * AWS's list prices in us-east-1 (November 2026), in dollars for a million.
 * https://aws.amazon.com/sqs/pricing/ https://aws.amazon.com/dynamodb/pricing/on-demand/
 * https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/api-gateway/pricing/
 */
export const PRICES = {
  /** A request to a standard queue, of up to 64 KiB. */
  sqsRequest: 0.4,
  /** DynamoDB on demand. */
  writeUnit: 0.625,
  readUnit: 0.125,
  /** A call of an HTTP API. */
  apiCall: 1,
  /** An invocation; its duration is the task's own. */
  invocation: 0.2,
} as const;
