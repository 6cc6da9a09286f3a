/**
 * Segment documents of X-Ray for attempts of tasks, sent to the daemon beside a Lambda function.
 *
 * Lambda links an invocation to the trace of the message that its mapping received: the permit's.
 * Which task a permit leads to is decided later, so that link says little. An attempt therefore is
 * a segment of its own in the trace of the request that submitted it.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
import { createSocket } from "node:dgram";
import type { Trace } from "../../core/trace.ts";

/** Times are milliseconds. */
export interface AttemptSegment {
  trace: Trace;
  /** What the trace map calls it. */
  name: string;
  readySince: number;
  startedAt: number;
  endedAt: number;
  /** It threw. */
  fault: boolean;
  /** What traces can be searched by. */
  annotations: Record<string, string | number>;
}

/** @param newId 16 hexadecimal digits */
export function segmentDocument(attempt: AttemptSegment, newId: () => string): object {
  const { trace, name, fault, annotations } = attempt;
  const part = (what: string, from: number, to: number) => ({
    id: newId(),
    name: what,
    start_time: from / 1000,
    end_time: Math.max(from, to) / 1000,
  });
  // A clock may be a little behind that of SQS.
  const readySince = Math.min(attempt.readySince, attempt.startedAt);
  return {
    ...part(name, readySince, attempt.endedAt),
    trace_id: trace.id,
    ...(trace.parent === undefined ? {} : { parent_id: trace.parent }),
    ...(fault ? { fault } : {}),
    annotations,
    subsegments: [
      part("waiting", readySince, attempt.startedAt),
      part("running", attempt.startedAt, attempt.endedAt),
    ],
  };
}

/** What the daemon wants before each document. */
const HEADER = '{"format":"json","version":1}\n';

/**
 * Gives what sends a document to the daemon; it resolves when it is on its way, and never fails:
 * a lost segment is no loss.
 * @param address `host:port`, of AWS_XRAY_DAEMON_ADDRESS; without one nothing is sent
 */
export function segmentSender(address: string | undefined): (document: object) => Promise<void> {
  const [host = "", port = ""] = (address ?? "").split(":");
  if (!host || !(Number(port) > 0)) return async () => {};
  return (document) =>
    new Promise((resolve) => {
      const socket = createSocket("udp4");
      const done = () => {
        socket.removeAllListeners("error");
        socket.close();
        resolve();
      };
      socket.once("error", done);
      socket.send(HEADER + JSON.stringify(document), Number(port), host, done);
    });
}
