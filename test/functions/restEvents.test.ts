/**
 * The functions answer the events of a REST API (a private API, decision 16) as those of an HTTP
 * API, which all other tests send.
 */
import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { expect, test } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { openApiDocument } from "../../functions/http/document.ts";
import { createWaitApp } from "../../functions/wait/app.ts";
import { memoryPorts } from "../support/memoryPorts.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const ports = memoryPorts();
const manifest = { tasks: { echo: { timeoutSeconds: 60 } } };
const document = () => JSON.stringify(openApiDocument());
const api = handle(
  createApi({ ports, manifest: manifest as never, document, logger: silent as never }),
);
const wait = handle(createWaitApp({ ports, logger: silent as never }));

/** As API Gateway sends it: the path without the stage, every header and parameter in lists. */
function event(
  httpMethod: string,
  path: string,
  more: { body?: string; query?: Record<string, string[]> } = {},
): LambdaEvent {
  return {
    resource: "/{path+}",
    httpMethod,
    path,
    headers: { "content-type": "application/json", Host: "abc.execute-api.test" },
    multiValueHeaders: { "content-type": ["application/json"], Host: ["abc.execute-api.test"] },
    queryStringParameters: {},
    multiValueQueryStringParameters: more.query ?? {},
    body: more.body ?? null,
    isBase64Encoded: false,
    requestContext: { path: `/v1${path}`, stage: "v1" },
  } as unknown as LambdaEvent;
}

const context = {} as LambdaContext;

test("a submission, and reads of the future by path and by query", async () => {
  const body = JSON.stringify({ id: "first", task: "echo", input: { value: 1 } });
  const submitted = await api(event("POST", "/tasks", { body }), context);
  expect([submitted.statusCode, JSON.parse(submitted.body).id]).toEqual([202, "first"]);

  const read = await wait(event("GET", "/futures/first"), context);
  expect([read.statusCode, JSON.parse(read.body).state]).toEqual([200, "pending"]);

  const many = await wait(event("GET", "/futures", { query: { ids: ["first"] } }), context);
  expect(JSON.parse(many.body).futures).toHaveLength(1);
});

test("a path that is not there gets a problem document", async () => {
  const answer = await api(event("POST", "/futures/first/nothing", { body: "{}" }), context);
  expect(answer.statusCode).toBe(404);
  expect(answer.multiValueHeaders?.["content-type"]).toEqual(["application/problem+json"]);
});
