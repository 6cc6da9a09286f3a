import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createClients } from "../../aws/clients.ts";
import { createPorts } from "../../aws/ports.ts";

const ENV = {
  FORERUN_TABLE: "table",
  FORERUN_BUCKET: "bucket",
  FORERUN_BANDS: '[{"name":"high","to":1,"share":0},{"name":"low","share":0.1}]',
  FORERUN_POOLS: '[{"name":"default","slots":2,"bands":["high","low"],"permits":"permit"}]',
  FORERUN_SETTLE_QUEUE: "http://queues/settle",
};

afterEach(() => vi.unstubAllEnvs());

describe("a function's environment", () => {
  it("makes the ports", () => {
    vi.stubEnv("AWS_REGION", "us-east-1");
    const ports = createPorts(ENV);
    expect(ports.config.bands).toHaveLength(2);
    const ids = Array.from({ length: 100 }, ports.newId);
    expect(ids).toEqual([...ids].sort());
  });

  it.each([
    "FORERUN_TABLE",
    "FORERUN_BUCKET",
    "FORERUN_BANDS",
    "FORERUN_POOLS",
    "FORERUN_SETTLE_QUEUE",
  ])("is refused at start without %s, by its name", (name) => {
    expect(() => createPorts({ ...ENV, [name]: undefined })).toThrow(name);
  });

  it("is refused at start if a band has no queue", () => {
    const pools = '[{"name":"default","slots":2,"bands":["high"],"permits":"permit"}]';
    expect(() => createPorts({ ...ENV, FORERUN_POOLS: pools })).toThrow(
      "names 1 queues of bands for the pool default, FORERUN_BANDS 2 bands",
    );
  });
});

describe("a service that accepts connections and never answers", () => {
  it("does not hold a call for ever, and is asked four times", async () => {
    let requests = 0;
    const server = createServer(() => {
      requests += 1;
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", endpoint);
    vi.stubEnv("AWS_ENDPOINT_URL_SQS", endpoint);
    const { dynamodb, sqs } = createClients();
    const soon = { requestTimeout: 50 };
    const read = new GetCommand({ TableName: "table", Key: { pk: "a", sk: "future" } });
    await expect(dynamodb.send(read, soon)).rejects.toThrow("requestTimeout");
    expect(requests).toBe(4);
    // The queue's URL names another host: the endpoint counts.
    const depth = new GetQueueAttributesCommand({ QueueUrl: "http://192.0.2.1/queue" });
    await expect(sqs.send(depth, soon)).rejects.toThrow("requestTimeout");
    expect(requests).toBe(8);
    server.closeAllConnections();
    server.close();
  });
});
