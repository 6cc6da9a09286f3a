/**
 * The environment variables of the functions: core/config.ts reads them.
 */
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Limits } from "../core/config.ts";
import { DEFAULT_POOL } from "../core/pools.ts";
import type { ResolvedProps } from "./props.ts";
import type { PoolQueues, Queues } from "./queues.ts";
import type { Security } from "./security.ts";

export function environmentOf(
  props: ResolvedProps,
  { table, bucket }: { table: Table; bucket: Bucket },
  queues: Queues,
): Record<string, string> {
  return {
    FORERUN_TABLE: table.tableName,
    FORERUN_BUCKET: bucket.bucketName,
    FORERUN_BANDS: JSON.stringify(props.bands),
    FORERUN_POOLS: JSON.stringify(queues.pools.map(describe)),
    FORERUN_SETTLE_QUEUE: queues.settle.queue.queueUrl,
    FORERUN_POLICY: props.policy,
    FORERUN_LEASE_SECONDS: String(props.leaseSeconds),
    FORERUN_CANCEL_SECONDS: String(props.cancelSeconds),
    FORERUN_RETENTION_DAYS: String(props.retentionDays),
    FORERUN_MAX_TIMEOUT_SECONDS: String(queues.pools[0]?.pool.timeoutSeconds),
    FORERUN_STAGE: props.stage,
    POWERTOOLS_LOG_LEVEL: props.logLevel,
  };
}

/** What the functions that know their callers are told besides: functions/http/caller.ts reads it. */
export function callersEnvironment({ tenantClaim }: Security): Record<string, string> {
  return tenantClaim === undefined ? {} : { FORERUN_TENANT_CLAIM: tenantClaim };
}

/** Nothing without limits. */
export function limitsOf({ waiting }: Limits): Record<string, string> {
  const none = Object.keys(waiting).length === 0;
  return none ? {} : { FORERUN_LIMITS: JSON.stringify({ waiting }) };
}

/** Names of the dead-letter queues, in the order of FORERUN_POOLS, then that of the settle queue. */
export function deadQueues(queues: Queues): string {
  return queues
    .all()
    .map((each) => each.dead.queueName)
    .join(",");
}

/** Names and not URLs: an environment may have 4 KB. */
function describe({ pool, bands, permits, reserved }: PoolQueues) {
  const { name, slots } = pool;
  return {
    name,
    slots,
    ...(name === DEFAULT_POOL ? {} : { timeoutSeconds: pool.timeoutSeconds }),
    bands: bands.map((each) => each.queue.queueName),
    permits: permits.queue.queueName,
    ...(pool.reserved && reserved
      ? { reserved: { ...pool.reserved, permits: reserved.queue.queueName } }
      : {}),
  };
}
