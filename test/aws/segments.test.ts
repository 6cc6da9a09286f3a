/**
 * Segments on their way to X-Ray's daemon.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { segmentSender } from "../../aws/xray/segments.ts";
import { keptTrace, parseTrace } from "../../core/trace.ts";

it("sends a document after the header that the daemon wants", async () => {
  const daemon = createSocket("udp4");
  daemon.bind(0, "127.0.0.1");
  await once(daemon, "listening");
  const { port } = daemon.address() as AddressInfo;
  const heard = once(daemon, "message");
  await segmentSender(`127.0.0.1:${port}`)({ name: "Forerun" });
  const [packet] = (await heard) as [Buffer];
  expect(packet.toString()).toBe('{"format":"json","version":1}\n{"name":"Forerun"}');
  daemon.close();
});

it("never fails, without a daemon or without its address", async () => {
  await segmentSender(undefined)({});
  await segmentSender("127.0.0.1:1")({});
});

it("keeps of a trace header what is of use later", () => {
  const header = "Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0";
  expect(keptTrace(header)).toBe("Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=1");
  expect(parseTrace("Root=1-5759e988-bd862e3f")).toEqual({
    id: "1-5759e988-bd862e3f",
    sampled: false,
  });
  for (const none of [undefined, "", "Sampled=1", `Root=${"x".repeat(200)}`]) {
    expect(keptTrace(none)).toBeUndefined();
  }
});
