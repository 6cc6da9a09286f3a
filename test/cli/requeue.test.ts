/**
 * `forerun requeue` against a server that answers as Lambda and CloudFormation do.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCli } from "./runCli.ts";

let server: Server;
let endpoint: string;
let events: unknown[];
let pages: unknown[];

beforeEach(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", "eu-west-1");
  events = [];
  pages = [{ sent: 3, cursor: "a" }, { sent: 2, cursor: "b" }, { sent: 0 }];
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    if (request.url?.includes("/invocations")) {
      events.push([request.url, JSON.parse(text)]);
      response.end(JSON.stringify(pages.shift()));
    } else {
      response.end(RESOURCES);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const RESOURCES = `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
<ListStackResourcesResult><StackResourceSummaries><member>
<LogicalResourceId>ForerunSweeper0A1B2C3D</LogicalResourceId>
<PhysicalResourceId>Forerun-Sweeper-x</PhysicalResourceId>
<ResourceType>AWS::Lambda::Function</ResourceType>
<ResourceStatus>CREATE_COMPLETE</ResourceStatus>
<LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp>
</member></StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;

test("it invokes the stack's sweeper page by page and shows how far it is", async () => {
  const ran = await runCli("requeue", "--stack", "Forerun", "--endpoint-url", endpoint);
  expect(ran).toEqual({
    code: 0,
    out: "Queued 5 futures again.",
    err: [3, 5, 5]
      .map((total, page) => `page ${page + 1}: ${total} futures queued again so far`)
      .join("\n"),
  });
  const url = "/2015-03-31/functions/Forerun-Sweeper-x/invocations";
  expect(events).toEqual([
    [url, { requeue: true }],
    [url, { requeue: true, cursor: "a" }],
    [url, { requeue: true, cursor: "b" }],
  ]);
});

test("bands are paused by the sweeper where a stack is named", async () => {
  pages = [{ paused: [{ pool: "default", band: "low", since: 1 }] }];
  const named = ["--stack", "Forerun", "--endpoint-url", endpoint];
  const ran = await runCli("bands", "pause", "low", ...named);
  expect(ran).toEqual({ code: 0, out: "The band low is paused.", err: "" });
  expect(events).toMatchObject([[expect.anything(), { pause: { band: "low" } }]]);
});

test("a function that is no sweeper is refused", async () => {
  pages = [{ statusCode: 200 }];
  const ran = await runCli("requeue", "--function", "other", "--endpoint-url", endpoint);
  expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/is no sweeper/) });
});
