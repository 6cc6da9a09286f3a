/**
 * Runs a Lambda function as a task's attempt, and waits for what it gives.
 */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Invoke } from "../../core/ports.ts";
import { clientOptions } from "../clients.ts";

/** Milliseconds beyond the attempt's time: its own end comes first. */
const MARGIN_MS = 2000;

/**
 * The client is loaded with the first call: most deployments have no such task. A call whose answer
 * was lost is repeated, so the function may run more than once, as any task may.
 */
export function createInvoke(): Invoke {
  let client: LambdaClient | undefined;
  return async (arn, event, { signal, remainingMs, about }) => {
    const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
    client ??= new LambdaClient(clientOptions());
    const command = new InvokeCommand({
      FunctionName: arn,
      Payload: Buffer.from(JSON.stringify(event)),
      ClientContext: Buffer.from(JSON.stringify({ custom: about })).toString("base64"),
    });
    const requestTimeout = remainingMs + MARGIN_MS;
    const answer = await client.send(command, { abortSignal: signal, requestTimeout });
    const text = answer.Payload?.transformToString() ?? "";
    const payload: unknown = text === "" ? null : JSON.parse(text);
    return answer.FunctionError === undefined ? { result: payload } : { failure: payload };
  };
}
