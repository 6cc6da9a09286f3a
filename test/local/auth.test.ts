import {
  createHash,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../local/index.ts";
import { api, lambda, type WrittenAssembly, writeAssembly } from "./fixtures/assembly.ts";

const ISSUER = "https://issuer.example";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" };

let assembly: WrittenAssembly;
let cloud: Cloud;

beforeAll(async () => {
  const parts = api({ "ANY /iam/{path+}": "Echo", "GET /jwt": "Echo", "GET /open": "Echo" });
  const routes = Object.values(parts).filter(({ Type }) => Type === "AWS::ApiGatewayV2::Route");
  const [iam, jwt] = routes.map((part) => part.Properties ?? {});
  Object.assign(iam ?? {}, { AuthorizationType: "AWS_IAM" });
  Object.assign(jwt ?? {}, {
    AuthorizationType: "JWT",
    AuthorizerId: { Ref: "Tokens" },
    AuthorizationScopes: ["read"],
  });
  assembly = writeAssembly({
    Echo: lambda("echo"),
    ...parts,
    Tokens: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: {
        ApiId: { Ref: "Api" },
        Name: "tokens",
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Issuer: ISSUER, Audience: ["forerun"] },
      },
    },
  });
  cloud = await startCloud({
    assembly: assembly.directory,
    auth: true,
    jwtKeys: { keys: [jwk] },
  });
});

afterAll(async () => {
  await cloud?.stop();
  assembly?.remove();
});

interface Answered {
  status: number;
  body: { message?: string; requestContext?: { authorizer?: Record<string, unknown> } };
}

async function ask(path: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(`${cloud.endpoint}${path}`, init);
  return { status: response.status, body: (await response.json()) as Answered["body"] };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

interface Signing {
  method?: string;
  body?: string;
  secret?: string;
  accessKeyId?: string;
  service?: string;
  at?: Date;
}

/** Signature Version 4 as AWS describes it, apart from the library that checks it. */
function signed(path: string, given: Signing = {}): RequestInit {
  const { method = "GET", body = "", service = "execute-api", at = new Date() } = given;
  const { accessKeyId = cloud.aws.credentials.accessKeyId } = given;
  const { secret = cloud.aws.credentials.secretAccessKey } = given;
  const { host, pathname, searchParams } = new URL(path, cloud.endpoint);
  const date = at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${date.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  searchParams.sort();
  const canonical = [
    method,
    pathname.split("/").map(encodeURIComponent).join("/"),
    searchParams.toString(),
    `host:${host}\nx-amz-date:${date}\n`,
    "host;x-amz-date",
    sha256(body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const signature = hmac(key, toSign).toString("hex");
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, ` +
    `SignedHeaders=host;x-amz-date, Signature=${signature}`;
  return { method, headers: { authorization, "x-amz-date": date }, ...(body ? { body } : {}) };
}

describe("a route with AWS_IAM", () => {
  test("lets in who signs, and tells the function who that is", async () => {
    const { status, body } = await ask("/iam/a", signed("/iam/a"));
    expect(status).toBe(200);
    expect(body.requestContext?.authorizer).toMatchObject({
      iam: {
        accountId: "000000000000",
        userArn: "arn:aws:iam::000000000000:user/operator",
        callerId: cloud.aws.credentials.accessKeyId,
      },
    });
  });

  test.each<[string, string, Signing]>([
    ["a body", "/iam/a", { method: "POST", body: '{"a":1}' }],
    ["a query", "/iam/a?b=2&a=1%2F2", {}],
    ["an encoded path", "/iam/a%20b", {}],
  ])("lets in a request with %s", async (_, path, given) => {
    expect((await ask(path, signed(path, given))).status).toBe(200);
  });

  test.each<[string, () => RequestInit]>([
    ["is not signed", () => ({})],
    ["is signed with another secret", () => signed("/iam/a", { secret: "x" })],
    ["is signed with an unknown key", () => signed("/iam/a", { accessKeyId: "AKIA" })],
    ["is signed for another service", () => signed("/iam/a", { service: "sqs" })],
    ["is signed for another path", () => signed("/iam/b")],
    ["was signed long ago", () => signed("/iam/a", { at: new Date(Date.now() - 600_000) })],
    ["has another body", () => ({ ...signed("/iam/a", { method: "POST", body: "a" }), body: "b" })],
  ])("refuses a request that %s", async (_, init) => {
    expect(await ask("/iam/a", init())).toEqual({ status: 403, body: { message: "Forbidden" } });
  });
});

describe("a route with JWT", () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: "forerun", exp: now + 60, scope: "read write", sub: "me" };

  function token(given: Record<string, unknown> = {}, key: KeyObject = privateKey): RequestInit {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const head = `${part({ alg: "RS256", typ: "JWT", kid: "one" })}.${part({ ...claims, ...given })}`;
    const signature = signBytes("RSA-SHA256", Buffer.from(head), key).toString("base64url");
    return { headers: { authorization: `Bearer ${head}.${signature}` } };
  }

  test("lets in who has a token, and tells the function its claims", async () => {
    const { status, body } = await ask("/jwt", token());
    expect(status).toBe(200);
    expect(body.requestContext?.authorizer).toMatchObject({
      jwt: { claims: { sub: "me", exp: String(now + 60) }, scopes: ["read", "write"] },
    });
  });

  test.each<[string, () => RequestInit]>([
    ["no token", () => ({})],
    ["a token of another issuer", () => token({ iss: "https://other.example" })],
    ["a token for another audience", () => token({ aud: "other" })],
    ["a token that has ended", () => token({ exp: now - 1 })],
    ["a token that never ends", () => token({ exp: undefined })],
    [
      "a token signed by another key",
      () => token({}, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey),
    ],
  ])("refuses %s", async (_, init) => {
    expect(await ask("/jwt", init())).toEqual({ status: 401, body: { message: "Unauthorized" } });
  });

  test("refuses a token without the route's scope", async () => {
    expect((await ask("/jwt", token({ scope: "write" }))).status).toBe(403);
  });
});

test("a route without authorization is open", async () => {
  expect((await ask("/open")).status).toBe(200);
});
