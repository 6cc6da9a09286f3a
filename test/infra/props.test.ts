/**
 * Wrong properties are refused at synthesis, by name.
 */
import { App, Stack } from "aws-cdk-lib";
import { type IVpc, SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../core/errors.ts";
import { type ForerunProps, resolveProps } from "../../infra/props.ts";

const stack = new Stack(new App(), "Elsewhere");
const vpc = new Vpc(stack, "Vpc");
const group = new SecurityGroup(stack, "Group", { vpc: vpc as IVpc });
const jwt = { issuer: "https://id.example.com", audience: ["forerun"] };

const wrong: [string, unknown, RegExp][] = [
  ["slots", { slots: 1 }, /property slots: it is 1; use a whole number from 2 to 1000\./],
  ["policy", { policy: "fair" }, /property policy: it is "fair"; use "weighted" or "strict"\./],
  ["stage", { stage: "my stage" }, /property stage: it is "my stage"/],
  // The old word for it; an open API must be asked for in so many words.
  ["auth none", { auth: "none" }, /property auth: it is "none"; use "iam", .*"open-to-everybody"/],
  ["auth null", { auth: {} }, /property auth: it is \{\}/],
  ["issuer", { auth: { jwt: { ...jwt, issuer: "id.example.com" } } }, /auth\.jwt\.issuer: .*https/],
  ["audience", { auth: { jwt: { ...jwt, audience: [] } } }, /auth\.jwt\.audience: name at least/],
  ["scopes", { auth: { jwt: { ...jwt, scopes: "read" } } }, /auth\.jwt\.scopes: use a list/],
  [
    "rate",
    { throttle: { requestsPerSecond: 0 } },
    /throttle\.requestsPerSecond: it is 0; .*1 to 10000/,
  ],
  ["burst", { throttle: { burst: 5001 } }, /throttle\.burst: it is 5001; .*1 to 5000/],
  [
    "a route",
    { throttle: { routes: { "POST /timers": { burst: 5 } } } },
    /throttle\.routes\["POST \/timers"\]: it is no route of its own; use one of "POST \/tasks"/,
  ],
  [
    "a route's rate",
    { throttle: { routes: { "POST /tasks": { requestsPerSecond: 0.5 } } } },
    /throttle\.routes\["POST \/tasks"\]\.requestsPerSecond: it is 0\.5; .*1 to 10000/,
  ],
  ["any origin", { corsOrigins: ["*"] }, /corsOrigins: "\*" is no origin/],
  ["an address", { corsOrigins: ["https://a.b/c"] }, /corsOrigins: "https:\/\/a\.b\/c" is no/],
  ["no origins", { corsOrigins: [] }, /corsOrigins: name at least one/],
  ["apiConcurrency", { apiConcurrency: 0 }, /apiConcurrency: it is 0; .*1 to 1000/],
  [
    "retention",
    { logRetentionDays: 31 },
    /logRetentionDays: it is 31; CloudWatch knows 1, 3, 5, 7/,
  ],
  ["forever", { logRetentionDays: 9999 }, /logRetentionDays: it is 9999/],
  ["protect", { protect: "no" }, /protect: it is "no"; use true or false/],
  ["private to none", { privateEndpoints: [] }, /privateEndpoints: name at least one/],
  [
    "private with tokens",
    { privateEndpoints: [{}], auth: { jwt } },
    /privateEndpoints: a private API knows no jwt; use the auth "iam"/,
  ],
  [
    "a limit of no band",
    { limits: { waiting: { lowest: 5 } } },
    /limits\.waiting\.lowest: there is no such band; there are critical, high, normal, low/,
  ],
  [
    "a limit of nothing",
    { limits: { waiting: { low: 0 } } },
    /limits\.waiting\.low is 0; use a whole/,
  ],
  ["a limit that is misspelt", { limits: { wait: { low: 5 } } }, /limits\.wait: .*use "waiting"/],
  ["limits of no bands", { limits: { waiting: 5 } }, /limits\.waiting: name bands/],
  ["subnets", { subnets: {} }, /subnets: .*give a vpc as well/],
  ["securityGroups", { securityGroups: [group] }, /securityGroups: .*give it as well/],
  [
    "boundary",
    { permissionsBoundary: "Boundary" },
    /permissionsBoundary: .*ARN of a managed policy/,
  ],
];

describe("a wrong property is named, with what would be right", () => {
  test.each(wrong)("%s", (_, props, message) => {
    const resolve = () => resolveProps({ tasks: "tasks.ts", ...(props as Partial<ForerunProps>) });
    expect(resolve).toThrow(ConfigurationError);
    expect(resolve).toThrow(message);
  });
});

describe("defaults", () => {
  const security = (props: Partial<ForerunProps> = {}) =>
    resolveProps({ tasks: "tasks.ts", ...props }).security;

  test("an API is never open unless it is asked for", () => {
    expect(security().auth).toBe("iam");
    expect(security({ auth: "open-to-everybody" }).auth).toBe("open-to-everybody");
  });

  test("the table is protected but on the stage dev", () => {
    expect(security().protect).toBe(false);
    expect(security({ stage: "prod" }).protect).toBe(true);
    expect(security({ stage: "prod", protect: false }).protect).toBe(false);
    expect(security({ protect: true }).protect).toBe(true);
  });

  test("half a throttle takes the other half from the default", () => {
    expect(security({ throttle: { burst: 10 } }).throttle).toMatchObject({
      requestsPerSecond: 1000,
      burst: 10,
    });
  });
});
