import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../local/index.ts";
import { api, lambda, type WrittenAssembly, writeAssembly } from "./fixtures/assembly.ts";

let assembly: WrittenAssembly;
let cloud: Cloud;

beforeAll(async () => {
  assembly = writeAssembly({
    Echo: lambda("echo"),
    Single: lambda("echo", { ReservedConcurrentExecutions: 1 }),
    ...api(
      {
        "GET /things": "Echo",
        "GET /things/{id}": "Echo",
        "GET /things/special": "Echo",
        "ANY /rest/{path+}": "Echo",
        "POST /act": "Echo",
        "POST /single": "Single",
      },
      {
        CorsConfiguration: {
          AllowOrigins: ["https://site.example"],
          AllowMethods: ["GET"],
          AllowHeaders: ["content-type"],
          MaxAge: 60,
        },
      },
    ),
  });
  cloud = await startCloud({ assembly: assembly.directory });
});

afterAll(async () => {
  await cloud?.stop();
  assembly?.remove();
});

const get = (path: string, init?: RequestInit) => fetch(cloud.endpoint + path, init);
const act = (body: object, path = "/act") =>
  get(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("a request finds its route", () => {
  test.each([
    ["/things", "GET /things"],
    ["/things/special", "GET /things/special"],
    ["/things/other", "GET /things/{id}"],
    ["/rest/a/b", "ANY /rest/{path+}"],
  ])("%s", async (path, routeKey) => {
    await expect((await get(path)).json()).resolves.toMatchObject({ routeKey });
  });

  test.each([
    ["GET", "/nothing"],
    ["GET", "/things/a/b"],
    ["GET", "/things/"],
    ["DELETE", "/things"],
  ])("none for %s %s", async (method, path) => {
    const response = await get(path, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: "Not Found" });
  });
});

test("the event has payload format 2.0", async () => {
  const response = await get("/things/a%20b?ids=1&ids=2&wait=3", {
    headers: { "X-Mixed-Case": "yes", cookie: "a=1; b=2" },
  });
  expect(await response.json()).toMatchObject({
    version: "2.0",
    rawPath: "/things/a%20b",
    rawQueryString: "ids=1&ids=2&wait=3",
    cookies: ["a=1", "b=2"],
    headers: { "x-mixed-case": "yes" },
    queryStringParameters: { ids: "1,2", wait: "3" },
    pathParameters: { id: "a b" },
    requestContext: { http: { method: "GET", path: "/things/a%20b" }, stage: "$default" },
    isBase64Encoded: false,
  });
});

test("a body that is no text arrives in base64", async () => {
  const response = await get("/rest/a", { method: "POST", body: new Uint8Array([0, 255]) });
  expect(await response.json()).toMatchObject({ body: "AP8=", isBase64Encoded: true });
});

describe("an answer becomes a response", () => {
  test("with its status, headers, cookies and body", async () => {
    const response = await act({
      act: "respond",
      response: {
        statusCode: 202,
        headers: { "X-One": "1", "Content-Length": "999" },
        cookies: ["a=1"],
        body: "aGk=",
        isBase64Encoded: true,
      },
    });
    expect(response.status).toBe(202);
    expect(response.headers.get("x-one")).toBe("1");
    expect(response.headers.get("set-cookie")).toBe("a=1");
    expect(await response.text()).toBe("hi");
  });

  test("without a status, it is the body", async () => {
    const response = await act({ act: "respond", response: { fine: true } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ fine: true });
  });
});

describe("a function's failure is told to nobody outside", () => {
  test.each([
    ["it throws", { act: "throw" }],
    ["its process exits", { act: "exit" }],
    ["its status makes no sense", { act: "respond", response: { statusCode: "many" } }],
  ])("%s", async (_, body) => {
    const response = await act(body);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: "Internal Server Error" });
  });
});

test("a throttled call is told to come again", async () => {
  const bodies = [1, 2, 3].map(() => act({ act: "pid" }, "/single"));
  const responses = await Promise.all(bodies);
  const shed = responses.find(({ status }) => status === 503);
  expect(shed?.headers.get("retry-after")).toBe("1");
  expect(responses.some(({ status }) => status === 200)).toBe(true);
});

test("a body beyond the limit is refused", async () => {
  const response = await get("/act", { method: "POST", body: "x".repeat(10 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
});

test("browsers of an allowed origin get through, and no others", async () => {
  const asked = { "access-control-request-method": "GET" };
  const allowed = { origin: "https://site.example" };
  const preflight = await get("/things", { method: "OPTIONS", headers: { ...asked, ...allowed } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-methods")).toBe("GET");

  const simple = await get("/things", { headers: allowed });
  expect(simple.headers.get("access-control-allow-origin")).toBe("https://site.example");

  const other = await get("/things", { headers: { origin: "https://other.example" } });
  expect(other.headers.get("access-control-allow-origin")).toBeNull();
});
