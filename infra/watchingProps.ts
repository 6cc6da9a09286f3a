/**
 * What a deployment is watched with.
 */
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { refuse } from "./refuse.ts";

export interface AlarmSettings {
  /**
   * Seconds that a task of the top band may wait: the alarm `CriticalWait` compares its 99th
   * percentile with it. 0.1 to 3600.
   * @default 5
   */
  waitSeconds?: number;
  /** Is told when an alarm begins and when it ends. @default nobody: alarms show in the console */
  topic?: ITopic;
}

export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface WatchingProps {
  /**
   * Alarms, each with an entry in docs/runbook.md; `false` makes none. Each costs $0.10 a month for
   * every metric that it looks at: $2.90 with four bands.
   * @default a wait of at most 5 s in the top band, and no topic
   */
  alarms?: AlarmSettings | false;
  /**
   * A CloudWatch dashboard; $3 a month beyond an account's first three.
   * @default true
   */
  dashboard?: boolean;
  /**
   * X-Ray traces from submission to settling: one request a second and 5 % of the rest (X-Ray's
   * default rule), at $5 for a million of those.
   * @default true
   */
  tracing?: boolean;
  /**
   * The least level of log lines that are written: `DEBUG` writes two lines for each task and one
   * for each request.
   * @default "INFO"
   */
  logLevel?: LogLevel;
}

export interface ResolvedWatching {
  alarms: { waitSeconds: number; topic: ITopic | undefined } | false;
  dashboard: boolean;
  tracing: boolean;
  logLevel: LogLevel;
}

const DEFAULT_WAIT_SECONDS = 5;

/** @throws ConfigurationError that names the property, and what would be right */
export function resolveWatching(props: WatchingProps): ResolvedWatching {
  const { alarms = {}, dashboard = true, tracing = true, logLevel = "INFO" } = props;
  if (!LOG_LEVELS.includes(logLevel)) {
    const list = LOG_LEVELS.map((each) => `"${each}"`).join(", ");
    refuse("logLevel", `it is "${logLevel}"; use one of ${list}`);
  }
  for (const [name, value] of Object.entries({ dashboard, tracing })) {
    if (typeof value !== "boolean") refuse(name, `it is ${value}; use true or false`);
  }
  return { alarms: resolveAlarms(alarms), dashboard, tracing, logLevel };
}

function resolveAlarms(alarms: AlarmSettings | false): ResolvedWatching["alarms"] {
  if (alarms === false) return false;
  if (typeof alarms !== "object" || alarms === null) {
    return refuse("alarms", "use { waitSeconds, topic } or false");
  }
  const { waitSeconds = DEFAULT_WAIT_SECONDS, topic } = alarms;
  if (!(waitSeconds >= 0.1 && waitSeconds <= 3600)) {
    refuse("alarms.waitSeconds", `it is ${waitSeconds}; use 0.1 to 3600`);
  }
  return { waitSeconds, topic };
}
