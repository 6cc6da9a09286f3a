/**
 * Alarms, dashboard and traces in the template, and the runbook beside them.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BAND_METRICS } from "../../core/metrics.ts";
import { Forerun } from "../../infra/forerun.ts";
import type { ForerunProps } from "../../infra/props.ts";
import { ENTRIES } from "../../infra/runbook.ts";
import { resolveWatching } from "../../infra/watchingProps.ts";

const TASKS = fileURLToPath(new URL("../../examples/tasks.ts", import.meta.url));
const RUNBOOK = fileURLToPath(new URL("../../docs/runbook.md", import.meta.url));

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

const outdir = mkdtempSync(join(tmpdir(), "forerun-watching-"));
let watched: Resources;
let unwatched: Resources;

beforeAll(() => {
  const app = new App({ outdir, analyticsReporting: false });
  const make = (id: string, props: (stack: Stack) => Partial<ForerunProps>) => {
    const stack = new Stack(app, id);
    new Forerun(stack, "Forerun", { tasks: TASKS, slots: 7, ...props(stack) });
    return () => Template.fromStack(stack).toJSON().Resources as Resources;
  };
  const readWatched = make("Watched", (stack) => ({
    stage: "prod",
    alarms: { waitSeconds: 90, topic: new Topic(stack, "Topic") },
  }));
  const readUnwatched = make("Unwatched", () => ({
    alarms: false,
    dashboard: false,
    tracing: false,
  }));
  watched = readWatched();
  unwatched = readUnwatched();
}, 120_000);
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const ofType = (resources: Resources, type: string) =>
  Object.entries(resources).filter(([, each]) => each.Type === type);

function alarm(name: string): Record<string, unknown> {
  const found = ofType(watched, "AWS::CloudWatch::Alarm").find(([id]) =>
    id.startsWith(`ForerunAlarms${name}`),
  );
  if (!found) throw new Error(`There is no alarm ${name}.`);
  return found[1].Properties;
}

/** A text that holds references. */
function textOf(joined: unknown): string {
  const [, parts] = (joined as { "Fn::Join": [string, unknown[]] })["Fn::Join"];
  return parts.map((each) => (typeof each === "string" ? each : "…")).join("");
}

describe("alarms", () => {
  it("tells the topic of each, when it begins and when it ends", () => {
    const alarms = ofType(watched, "AWS::CloudWatch::Alarm");
    expect(alarms).toHaveLength(25);
    for (const [, { Properties }] of alarms) {
      expect(Properties.AlarmActions).toHaveLength(1);
      expect(Properties.OKActions).toEqual(Properties.AlarmActions);
    }
  });

  it("compares the top band's wait with its objective, in milliseconds", () => {
    expect(alarm("CriticalWait")).toMatchObject({
      Threshold: 90_000,
      ComparisonOperator: "GreaterThanThreshold",
      Metrics: [
        {
          MetricStat: {
            Metric: {
              Namespace: "Forerun",
              MetricName: "QueueWait",
              Dimensions: [
                { Name: "band", Value: "critical" },
                { Name: "service", Value: "prod" },
              ],
            },
            Stat: "p99",
          },
        },
      ],
    });
  });

  it("tells of messages four days before SQS forgets them, in any band", () => {
    const { Metrics, Threshold } = alarm("OldMessages") as { Metrics: object[]; Threshold: number };
    expect(Threshold).toBe(10 * 86_400);
    expect(Metrics).toHaveLength(5);
    expect(Metrics[0]).toMatchObject({ Expression: "MAX([band0, band1, band2, band3])" });
  });

  it("takes a silent sweeper for a broken one, and silence elsewhere for nothing to do", () => {
    expect(alarm("SweeperSilent")).toMatchObject({ TreatMissingData: "breaching" });
    expect(alarm("CriticalWait")).toMatchObject({ TreatMissingData: "notBreaching" });
    expect(alarm("DeadLettersBandCritical")).toMatchObject({ TreatMissingData: "notBreaching" });
  });

  it("has an entry of the runbook for each alarm, and an alarm for each entry", () => {
    const headings = [...readFileSync(RUNBOOK, "utf8").matchAll(/^## (\w+)$/gm)].map(
      ([, heading]) => heading,
    );
    expect(headings).toEqual(Object.keys(ENTRIES));
    const linked = new Set(
      ofType(watched, "AWS::CloudWatch::Alarm").map(
        ([, each]) => String(each.Properties.AlarmDescription).split("docs/runbook.md#")[1],
      ),
    );
    expect(linked).toEqual(new Set(headings.map((heading) => heading?.toLowerCase())));
  });
});

describe("the dashboard", () => {
  it("shows the wait of each band, and the slots as a line", () => {
    const [[, dashboard] = []] = ofType(watched, "AWS::CloudWatch::Dashboard");
    const body = textOf(dashboard?.Properties.DashboardBody);
    for (const band of ["critical", "high", "normal", "low"]) {
      expect(body).toContain(`"QueueWait","band","${band}","service","prod"`);
    }
    expect(() => JSON.parse(body)).not.toThrow();
    expect(body).toContain("all 7");
    const shown = Object.keys(BAND_METRICS).filter((name) => body.includes(name));
    expect(shown).toEqual(expect.arrayContaining(["RunTime", "Starts", "Failed", "Inversions"]));
  });
});

describe("traces", () => {
  it("traces every function, and lets each write segments", () => {
    const lambdas = ofType(watched, "AWS::Lambda::Function");
    expect(lambdas.filter(([, each]) => each.Properties.TracingConfig)).toHaveLength(5);
    const policies = JSON.stringify(ofType(watched, "AWS::IAM::Policy"));
    expect(policies.match(/xray:PutTraceSegments/g)).toHaveLength(5);
  });
});

describe("a deployment that is not watched", () => {
  it("has no alarm, no dashboard and no trace", () => {
    const text = JSON.stringify(unwatched);
    for (const each of ["AWS::CloudWatch::", "xray:", "TracingConfig"]) {
      expect(text).not.toContain(each);
    }
  });
});

describe("the properties", () => {
  it("are checked at synthesis", () => {
    const refused = (props: object) => () => resolveWatching(props);
    expect(refused({ alarms: { waitSeconds: 0 } })).toThrow(/alarms\.waitSeconds: it is 0/);
    expect(refused({ alarms: true })).toThrow(/alarms: use \{ waitSeconds, topic \} or false/);
    expect(refused({ logLevel: "TRACE" })).toThrow(/logLevel: it is "TRACE"; use one of "DEBUG"/);
    expect(refused({ tracing: "yes" })).toThrow(/tracing: it is yes/);
    expect(resolveWatching({}).alarms).toEqual({ waitSeconds: 5, topic: undefined });
  });
});
