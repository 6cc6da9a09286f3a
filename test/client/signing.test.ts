/**
 * Requests that an API behind IAM would refuse: signed wrongly, with old keys, or not at all; and
 * signatures where nobody asked for one.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Forerun, ForerunError, type ForerunOptions } from "../../client/index.ts";
import { createSigner } from "../../client/signing/sigv4.ts";
import { QUICK } from "./setup.ts";
import { type Signed, verifySignature } from "./verifySignature.ts";

const KEYS = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const EXECUTE_API = "https://abc123.execute-api.eu-west-1.amazonaws.com";

/** The headers of the first request that a client of such options sends. */
async function firstRequest(options: ForerunOptions): Promise<Record<string, string>> {
  let headers: Record<string, string> = {};
  const forerun = new Forerun({
    retry: { maxAttempts: 1 },
    fetch: async (_, init) => {
      headers = init.headers as Record<string, string>;
      return Response.json({ id: "f", state: "pending" });
    },
    ...options,
  });
  await forerun.future("f").get();
  return headers;
}

describe("against a server that verifies signatures as AWS describes them", () => {
  let seen: Signed[];
  let endpoint: string;
  let busy = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const { method = "", url = "", headers } = request;
    const signed = verifySignature({ method, url, headers, body }, (key) => `secret of ${key}`);
    seen.push(signed);
    const status = !signed.valid ? 403 : busy-- > 0 ? 503 : 200;
    response.writeHead(status, { "content-type": "application/json" });
    const ids = new URL(url, endpoint).searchParams.get("ids")?.split(",") ?? ["f"];
    const futures = ids.map((id) => ({ id, state: "succeeded", result: id }));
    response.end(JSON.stringify(url.includes("?ids") ? { futures } : futures[0]));
  });
  beforeEach(async () => {
    seen = [];
    busy = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  function client(options: ForerunOptions = {}): Forerun {
    let count = 0;
    const credentials = async () => {
      const accessKeyId = `key${++count}`;
      return { accessKeyId, secretAccessKey: `secret of ${accessKeyId}`, sessionToken: "session" };
    };
    const options_ = { endpoint, sign: true, region: "eu-west-1", retry: QUICK, credentials };
    return new Forerun({ ...options_, ...options });
  }

  it("reads, held reads of many with a query, and bodies in any script are signed right", async () => {
    const forerun = client();
    await forerun.future("f").get();
    await Promise.all(["a", "b.1", "c_-"].map((id) => forerun.future(id).result()));
    await forerun.submit("echo", { value: "ärger & 漢字 \u0000 %20+ 🦆" });
    await forerun.future("f").cancel();
    expect(seen.length).toBeGreaterThanOrEqual(4);
    for (const each of seen) {
      expect(each).toMatchObject({ valid: true });
      expect(each.scope).toMatch(/^\d{8}\/eu-west-1\/execute-api\/aws4_request$/);
      expect(each.signedHeaders).toEqual(expect.arrayContaining(["host", "x-amz-date"]));
      expect(each.signedHeaders).toContain("x-amz-security-token");
    }
  });

  it("a repeat is signed anew, with the credentials of then", async () => {
    busy = 2;
    await client().future("f").get();
    expect(seen.map(({ accessKeyId, valid }) => [accessKeyId, valid])).toEqual([
      ["key1", true],
      ["key2", true],
      ["key3", true],
    ]);
  });

  it("headers of one's own and a stage in the path are signed as they are sent", async () => {
    await client({ endpoint: `${endpoint}/prod`, headers: { "X-Mine": "two  spaces" } })
      .future("f")
      .get();
    expect(seen).toMatchObject([{ valid: true }]);
    expect(seen[0]?.signedHeaders).toContain("x-mine");
  });
});

describe("AWS's own examples", () => {
  /** From AWS's test suite for Signature Version 4 (aws-sig-v4-test-suite). */
  const sign = (method: string, url: string) =>
    createSigner({
      endpoint: url,
      region: "us-east-1",
      service: "service",
      credentials: KEYS,
      now: () => new Date("2015-08-30T12:36:00Z"),
    })({ method, url, headers: {} });

  it.each([
    ["get-vanilla", "GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "post-vanilla",
      "POST",
      "/",
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ],
    [
      "get-vanilla-query-order-key-case",
      "GET",
      "/?Param2=value2&Param1=value1",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
  ])("%s", async (_, method, path, signature) => {
    const { authorization } = await sign(method, `https://example.amazonaws.com${path}`);
    expect(authorization).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
        `SignedHeaders=host;x-amz-date, Signature=${signature}`,
    );
  });
});

describe("who is signed for", () => {
  const credentials = KEYS;

  it.each([
    ["API Gateway's own address", { endpoint: EXECUTE_API }, "eu-west-1"],
    [
      "one in China",
      { endpoint: `${EXECUTE_API.replace("eu-west-1", "cn-north-1")}.cn` },
      "cn-north-1",
    ],
    [
      "a domain of one's own, on wish",
      { endpoint: "https://api.example.com", sign: true, region: "us-east-2" },
      "us-east-2",
    ],
  ])("%s", async (_, options, region) => {
    const { authorization } = await firstRequest({ ...options, credentials });
    expect(authorization).toContain(`/${region}/execute-api/aws4_request`);
  });

  it.each<[string, ForerunOptions]>([
    ["this machine", { endpoint: "http://127.0.0.1:4000" }],
    ["a domain of one's own", { endpoint: "https://api.example.com" }],
    ["a name that only begins like API Gateway's", { endpoint: `${EXECUTE_API}.example.com` }],
    ["API Gateway without encryption", { endpoint: EXECUTE_API.replace("https", "http") }],
    ["no credentials", { endpoint: EXECUTE_API, credentials: false }],
    ["sign: false", { endpoint: EXECUTE_API, sign: false }],
  ])("not: %s", async (_, options) => {
    expect(await firstRequest(options)).not.toHaveProperty("authorization");
  });

  it("a JWT is sent in place of a signature, and asked for each time", async () => {
    const token = vi.fn(async () => "jwt");
    const headers = await firstRequest({ endpoint: EXECUTE_API, token });
    expect(headers.authorization).toBe("Bearer jwt");
    expect(token).toHaveBeenCalledTimes(1);
    const own = await firstRequest({ endpoint: EXECUTE_API, headers: { Authorization: "mine" } });
    expect(own).toMatchObject({ Authorization: "mine" });
  });

  it.each<[string, ForerunOptions, RegExp]>([
    ["token and sign", { token: "t", sign: true }, /leave one of them out/],
    ["sign without credentials", { sign: true, credentials: false }, /credentials: false/],
  ])("contradictions are refused at once: %s", (_, options, message) => {
    expect(() => new Forerun({ endpoint: EXECUTE_API, ...options })).toThrow(message);
  });

  it("an unknown region is named before anything is sent", () => {
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_DEFAULT_REGION", undefined);
    const options = { endpoint: "https://api.example.com", sign: true };
    expect(() => new Forerun(options)).toThrow(/give `region`/);
    vi.unstubAllEnvs();
  });
});

describe("without credentials", () => {
  beforeEach(() => {
    for (const name of Object.keys(process.env)) {
      if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
    }
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("the error says where to get some, and nothing is sent or repeated", async () => {
    const fetch = vi.fn();
    const forerun = new Forerun({ endpoint: EXECUTE_API, fetch });
    const refused = await forerun.submit("echo", 1).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ForerunError);
    expect(String(refused)).toMatch(/AWS_PROFILE.*`credentials: false`.*`token`/s);
    expect(fetch).not.toHaveBeenCalled();
  });

  it("those of the environment are found", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "FROMENV");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    const { authorization } = await firstRequest({ endpoint: EXECUTE_API });
    expect(authorization).toContain("Credential=FROMENV/");
  });
});
