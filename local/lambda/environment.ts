/**
 * The environment of a function's process: the template's variables and what Lambda adds, and
 * nothing of the machine's own.
 */
import { SECRET_ACCESS_KEY } from "../gateway/callers.ts";
import { REGION } from "../identity.ts";
import type { FunctionSpec } from "../template/readFunction.ts";

export function environmentOf(
  spec: FunctionSpec,
  accessKeyId: string,
  gatewayUrl: string,
): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: "UTC",
    LAMBDA_TASK_ROOT: spec.directory,
    LAMBDA_RUNTIME_DIR: spec.directory,
    _HANDLER: spec.handler,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
    // The user's own AWS settings, and an instance's, must not reach a function; and calls to
    // services that are not emulated end at the gateway, which refuses them, and not at AWS.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: gatewayUrl,
    AWS_ENDPOINT_URL_SQS: gatewayUrl,
    AWS_ENDPOINT_URL_DYNAMODB: gatewayUrl,
    AWS_ENDPOINT_URL_S3: gatewayUrl,
    AWS_ENDPOINT_URL_LAMBDA: gatewayUrl,
    AWS_ENDPOINT_URL_EVENTBRIDGE: gatewayUrl,
    AWS_ENDPOINT_URL_XRAY: gatewayUrl,
    ...spec.environment,
  };
}
