/**
 * A DynamoDB for tests: dynoxide in memory, or what FORERUN_DYNAMODB_ENDPOINT names on platforms
 * that dynoxide does not serve (DynamoDB Local, for example).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

export interface TestDynamo {
  client: DynamoDBDocumentClient;
  /** Makes an empty table with the keys of ours, and gives its name. */
  createTable(): Promise<string>;
  stop(): Promise<void>;
}

export async function startDynamo(): Promise<TestDynamo> {
  const other = process.env.FORERUN_DYNAMODB_ENDPOINT;
  const port = other ? 0 : await freePort();
  const child = other ? undefined : await spawnDynoxide(port);
  const bare = new DynamoDBClient({
    endpoint: other ?? `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  let tables = 0;
  return {
    client: DynamoDBDocumentClient.from(bare, {
      marshallOptions: { removeUndefinedValues: true },
    }),
    async createTable() {
      const name = `test-${process.pid}-${Date.now()}-${++tables}`;
      await bare.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [
            { AttributeName: "pk", AttributeType: "S" },
            { AttributeName: "sk", AttributeType: "S" },
          ],
          KeySchema: [
            { AttributeName: "pk", KeyType: "HASH" },
            { AttributeName: "sk", KeyType: "RANGE" },
          ],
        }),
      );
      return name;
    },
    async stop() {
      bare.destroy();
      if (!child || child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

async function spawnDynoxide(port: number): Promise<ChildProcess> {
  const name = `@dynoxide/${process.platform}-${process.arch}/package.json`;
  const binary = createRequire(import.meta.url)
    .resolve(name)
    .replace(/package\.json$/, "dynoxide");
  const child = spawn(binary, ["--host", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  // A test that dies must not leave it behind.
  process.once("exit", () => child.kill("SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk;
      if (said.includes("listening on")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`dynoxide ended with ${code}: ${said}`)));
  });
  return child;
}

/** Dynoxide cannot choose a port by itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
