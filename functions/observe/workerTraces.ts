/**
 * A worker's telemetry as segments of the traces in which the tasks were submitted.
 */
import { randomBytes } from "node:crypto";
import { segmentDocument, segmentSender } from "../../aws/xray/segments.ts";
import type { Band } from "../../core/bands.ts";
import { parseTrace } from "../../core/trace.ts";
import { fieldsOf } from "../../worker/fields.ts";
import { SILENT, type Telemetry } from "../../worker/telemetry.ts";

/** @param stage becomes part of the segments' names: `Forerun prod critical` */
export function traceTelemetry(
  stage: string,
  bands: readonly Band[],
  send: ReturnType<typeof segmentSender> = segmentSender(process.env.AWS_XRAY_DAEMON_ADDRESS),
): Telemetry {
  let sends: Promise<void>[] = [];
  return {
    ...SILENT,
    ended(dispatched, { ending, runMs }) {
      const { task, readySince } = dispatched;
      const trace = parseTrace(task.trace);
      if (!trace?.sampled) return;
      const { futureId, task: name, band, attempt } = fieldsOf(bands, dispatched);
      const startedAt = task.startedAt ?? readySince;
      const document = segmentDocument(
        {
          trace,
          name: `Forerun ${stage} ${band}`,
          readySince,
          startedAt,
          endedAt: startedAt + runMs,
          fault: ending !== "succeeded" && ending !== "cancelled",
          annotations: { future_id: futureId, task: name, band, attempt, ending },
        },
        () => randomBytes(8).toString("hex"),
      );
      sends.push(send(document));
    },
    async flush() {
      const some = sends;
      sends = [];
      await Promise.all(some);
    },
  };
}
