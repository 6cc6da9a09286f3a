import { describe, expect, it } from "vitest";
import { DEFAULT_BANDS, DEFAULT_CONFIG, readConfig, readResources } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";

const ENVIRONMENT = {
  FORERUN_TABLE: "futures",
  FORERUN_BANDS: JSON.stringify(DEFAULT_BANDS),
  FORERUN_BAND_QUEUES: "a,b,c,d",
  FORERUN_PERMIT_QUEUE: "permits",
  FORERUN_SETTLE_QUEUE: "settle",
};

describe("a function's environment", () => {
  it("gives the defaults where it says nothing", () => {
    expect(readConfig(ENVIRONMENT)).toEqual(DEFAULT_CONFIG);
  });

  it("gives what it says", () => {
    const config = readConfig({
      ...ENVIRONMENT,
      FORERUN_POLICY: "strict",
      FORERUN_SLOTS: "3",
      FORERUN_LEASE_SECONDS: "12",
      FORERUN_RETENTION_DAYS: "1",
      FORERUN_MAX_TIMEOUT_SECONDS: "60",
    });
    expect(config).toMatchObject({
      policy: "strict",
      slots: 3,
      leaseSeconds: 12,
      retentionDays: 1,
      maxTimeoutSeconds: 60,
    });
  });

  it("gives the queues in the order of the bands, and no dead-letter queue unless it names some", () => {
    expect(readResources(ENVIRONMENT)).toEqual({
      table: "futures",
      bandQueues: ["a", "b", "c", "d"],
      permitQueue: "permits",
      settleQueue: "settle",
      deadQueues: [],
    });
  });

  it.each([
    ["FORERUN_BANDS", undefined],
    ["FORERUN_BANDS", "[{"],
    ["FORERUN_POLICY", "fair"],
    ["FORERUN_SLOTS", "0"],
    ["FORERUN_SLOTS", "many"],
    ["FORERUN_LEASE_SECONDS", "1.5"],
    ["FORERUN_RETENTION_DAYS", "-1"],
    ["FORERUN_MAX_TIMEOUT_SECONDS", "x"],
  ])("fails at the start by the name of %s when it is %s", (name, value) => {
    const read = () => readConfig({ ...ENVIRONMENT, [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(name);
  });

  it.each(["FORERUN_TABLE", "FORERUN_BAND_QUEUES", "FORERUN_PERMIT_QUEUE", "FORERUN_SETTLE_QUEUE"])(
    "fails at the start by the name of %s when it is missing",
    (name) => {
      expect(() => readResources({ ...ENVIRONMENT, [name]: "" })).toThrow(name);
    },
  );
});
