/**
 * What a worker's telemetry writes.
 */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_BANDS } from "../../core/bands.ts";
import { Emf } from "../../functions/observe/emf.ts";
import { sweeperMetrics } from "../../functions/observe/sweeperMetrics.ts";
import { logTelemetry } from "../../functions/observe/workerLog.ts";
import { metricsTelemetry } from "../../functions/observe/workerMetrics.ts";
import { traceTelemetry } from "../../functions/observe/workerTraces.ts";
import type { Dispatched } from "../../worker/dispatched.ts";
import { PERMITS } from "../support/queueKey.ts";
import { taskRecord } from "../support/records.ts";

const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

let lines: Record<string, unknown>[];
let emf: Emf;
beforeEach(() => {
  lines = [];
  emf = new Emf("prod", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
});

function dispatched(band: number, waitMs = 40): Dispatched {
  const startedAt = 1_800_000_000_000;
  return {
    task: {
      ...taskRecord({ id: "t", attempts: 2, startedAt, trace: TRACE }),
      task: "resize",
      token: "lease",
    },
    band,
    readySince: startedAt - waitMs,
    messageHandle: "",
    permit: { body: { band }, queue: PERMITS, handle: "", sentAt: 0, receives: 1, fetched: false },
  };
}

describe("metrics", () => {
  it("are one line for each band, with all values since the last", async () => {
    const telemetry = metricsTelemetry(emf, DEFAULT_BANDS, { now: () => 0, after: () => () => {} });
    for (const waitMs of [10, 20]) telemetry.started(dispatched(0, waitMs), false);
    telemetry.ended(dispatched(0), { ending: "succeeded", runMs: 5 });
    telemetry.started(dispatched(2), true);
    telemetry.sampled(2, true);
    telemetry.surplus();
    expect(lines).toEqual([]);
    await telemetry.flush();
    expect(lines).toMatchObject([
      {
        service: "prod",
        band: "critical",
        QueueWait: [10, 20],
        Starts: [1, 1],
        RunTime: 5,
        Succeeded: 1,
      },
      // The wait for a dead worker's lease is no queue's.
      { service: "prod", band: "normal", Starts: 1, Lost: 1, Inversions: 1 },
      { service: "prod", SurplusPermits: 1 },
    ]);
    expect(lines[1]).not.toHaveProperty("QueueWait");
    expect(lines[2]).not.toHaveProperty("band");
    expect(lines[0]?._aws).toMatchObject({
      CloudWatchMetrics: [{ Namespace: "Forerun", Dimensions: [["service", "band"]] }],
    });
    await telemetry.flush();
    expect(lines).toHaveLength(3);
  });

  it("are written while a long task runs, once for all since", () => {
    const timers: (() => void)[] = [];
    const after = (_: number, call: () => void) => {
      timers.push(call);
      return () => {};
    };
    const telemetry = metricsTelemetry(emf, DEFAULT_BANDS, { now: () => 0, after });
    telemetry.started(dispatched(0), false);
    telemetry.started(dispatched(0), false);
    expect(timers).toHaveLength(1);
    timers[0]?.();
    expect(lines).toMatchObject([{ QueueWait: [40, 40] }]);
  });

  it("never have more values in a line than CloudWatch takes", () => {
    for (let count = 0; count < 250; count += 1) emf.band("low", "Starts");
    emf.flush();
    expect(lines.map(({ Starts }) => (Starts as number[]).length)).toEqual([99, 99, 52]);
  });

  it("of a sweep that had nothing to do are none", () => {
    const quiet = { reminded: 3, rung: 0, ready: [0], redriven: 0, unreadable: 0, renewed: 0 };
    sweeperMetrics(emf)(quiet);
    expect(lines).toEqual([]);
    sweeperMetrics(emf)({ ...quiet, rung: 4 });
    expect(lines).toMatchObject([{ RungBySweeper: 4 }]);
  });
});

describe("log lines", () => {
  it("carry future, task, band, attempt and the submission's trace", () => {
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const telemetry = logTelemetry(logger, DEFAULT_BANDS);
    telemetry.started(dispatched(1), false);
    telemetry.ended(dispatched(1), { ending: "failed", runMs: 9, error: "TypeError" });
    const fields = {
      futureId: "t",
      task: "resize",
      band: "high",
      attempt: 2,
      submitTraceId: "1-5759e988-bd862e3fe1be46a994272793",
    };
    expect(logger.debug).toHaveBeenCalledWith("Claimed.", { ...fields, waitMs: 40 });
    const end = { ...fields, ending: "failed", runMs: 9, error: "TypeError" };
    expect(logger.warn).toHaveBeenCalledWith("Attempt ended.", end);
  });
});

describe("segments", () => {
  it("stand in the trace of the submission, from ready to settled", async () => {
    const send = vi.fn(async (_: object) => {});
    const telemetry = traceTelemetry("prod", DEFAULT_BANDS, send);
    telemetry.ended(dispatched(0), { ending: "succeeded", runMs: 1000 });
    await telemetry.flush();
    expect(send.mock.calls[0]?.[0]).toMatchObject({
      name: "Forerun prod critical",
      trace_id: "1-5759e988-bd862e3fe1be46a994272793",
      parent_id: "53995c3f42cd8ad8",
      start_time: 1_799_999_999.96,
      end_time: 1_800_000_001,
      annotations: { future_id: "t", attempt: 2, ending: "succeeded" },
      subsegments: [{ name: "waiting" }, { name: "running", start_time: 1_800_000_000 }],
    });
  });

  it("are left out where X-Ray does not sample the trace", () => {
    const send = vi.fn(async (_: object) => {});
    const each = dispatched(0);
    const task = { ...each.task, trace: TRACE.replace("Sampled=1", "Sampled=0") };
    const telemetry = traceTelemetry("prod", DEFAULT_BANDS, send);
    telemetry.ended({ ...each, task }, { ending: "succeeded", runMs: 1 });
    expect(send).not.toHaveBeenCalled();
  });
});
