import { describe, expect, it } from "vitest";
import { DEFAULT_BANDS, DEFAULT_CONFIG, readConfig, readResources } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";

const ENVIRONMENT = {
  FORERUN_TABLE: "futures",
  FORERUN_BUCKET: "texts",
  FORERUN_BANDS: JSON.stringify(DEFAULT_BANDS),
  FORERUN_POOLS: JSON.stringify([
    { name: "default", slots: 10, bands: ["a", "b", "c", "d"], permits: "p" },
  ]),
  FORERUN_SETTLE_QUEUE: "https://sqs/1/settle",
};

const TWO_POOLS = JSON.stringify([
  {
    name: "default",
    slots: 3,
    bands: ["a", "b", "c", "d"],
    permits: "p",
    reserved: { slots: 2, through: 0, permits: "r" },
  },
  { name: "heavy", slots: 2, timeoutSeconds: 300, bands: ["e", "f", "g", "h"], permits: "q" },
]);

describe("a function's environment", () => {
  it("gives the defaults where it says nothing", () => {
    expect(readConfig(ENVIRONMENT)).toEqual(DEFAULT_CONFIG);
  });

  it("gives what it says", () => {
    const config = readConfig({
      ...ENVIRONMENT,
      FORERUN_POLICY: "strict",
      FORERUN_POOLS: TWO_POOLS,
      FORERUN_POOL: "heavy",
      FORERUN_LEASE_SECONDS: "12",
      FORERUN_RETENTION_DAYS: "1",
      FORERUN_MAX_TIMEOUT_SECONDS: "60",
    });
    expect(config).toMatchObject({
      policy: "strict",
      pools: [
        { name: "default", slots: 3, reserved: { slots: 2, through: 0 } },
        { name: "heavy", slots: 2, timeoutSeconds: 300 },
      ],
      pool: "heavy",
      leaseSeconds: 12,
      retentionDays: 1,
      maxTimeoutSeconds: 60,
    });
  });

  it("gives the queues of each pool beside the settle queue, and no dead-letter queue unless named", () => {
    const url = (name: string) => `https://sqs/1/${name}`;
    expect(readResources({ ...ENVIRONMENT, FORERUN_POOLS: TWO_POOLS })).toEqual({
      table: "futures",
      bucket: "texts",
      pools: [
        {
          name: "default",
          bands: ["a", "b", "c", "d"].map(url),
          permits: url("p"),
          reserved: url("r"),
        },
        { name: "heavy", bands: ["e", "f", "g", "h"].map(url), permits: url("q") },
      ],
      settleQueue: url("settle"),
      deadQueues: new Map(),
    });
  });

  it("pairs dead-letter queues with their queues, and refuses a list that is too short", () => {
    const dead = "a2,b2,c2,d2,p2,settle2";
    const { deadQueues } = readResources({ ...ENVIRONMENT, FORERUN_DEAD_QUEUES: dead });
    expect(deadQueues.get("https://sqs/1/c")).toBe("https://sqs/1/c2");
    expect(deadQueues.get("https://sqs/1/settle")).toBe("https://sqs/1/settle2");
    const short = () => readResources({ ...ENVIRONMENT, FORERUN_DEAD_QUEUES: "a2" });
    expect(short).toThrow("FORERUN_DEAD_QUEUES names 1 queues; there are 6");
  });

  it.each([
    ["FORERUN_BANDS", undefined],
    ["FORERUN_BANDS", "[{"],
    ["FORERUN_POLICY", "fair"],
    ["FORERUN_POOLS", "[]"],
    ["FORERUN_POOLS", "many"],
    ["FORERUN_POOLS", '[{"name":"default","slots":1,"bands":["a"],"permits":"p"}]'],
    ["FORERUN_LEASE_SECONDS", "1.5"],
    ["FORERUN_RETENTION_DAYS", "-1"],
    ["FORERUN_MAX_TIMEOUT_SECONDS", "x"],
  ])("fails at the start by the name of %s when it is %s", (name, value) => {
    const read = () => readConfig({ ...ENVIRONMENT, [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(name);
  });

  it.each(["FORERUN_TABLE", "FORERUN_BUCKET", "FORERUN_POOLS", "FORERUN_SETTLE_QUEUE"])(
    "fails at the start by the name of %s when it is missing",
    (name) => {
      expect(() => readResources({ ...ENVIRONMENT, [name]: "" })).toThrow(name);
    },
  );
});
