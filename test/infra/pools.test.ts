import type { IVpc } from "aws-cdk-lib/aws-ec2";
import { describe, expect, it } from "vitest";
import { DEFAULT_BANDS } from "../../core/bands.ts";
import { checkTaskPools, type PoolsInput, resolvePools } from "../../infra/pools.ts";
import { timePools } from "../../infra/timeouts.ts";

const GIVEN: PoolsInput = { slots: 10, workerMemory: 1024, bands: DEFAULT_BANDS };

describe("the construct's pools", () => {
  it("are the default one, and then those that are named, with its memory", () => {
    const pools = resolvePools({
      ...GIVEN,
      reserved: { high: 4 },
      pools: { heavy: { slots: 2, environment: { MODEL: "large" } } },
    });
    const rest = { memory: 1024, environment: {}, network: {} };
    expect(pools).toEqual([
      { ...rest, name: "default", slots: 10, reserved: { slots: 4, through: 1 } },
      { ...rest, name: "heavy", slots: 2, environment: { MODEL: "large" } },
    ]);
  });

  it("run in the deployment's VPC unless they have one, whose subnets are then their own", () => {
    const [vpc, other] = [{ vpcId: "vpc" }, { vpcId: "other" }] as unknown as [IVpc, IVpc];
    const [subnets, theirs] = [{ subnetGroupName: "a" }, { subnetGroupName: "b" }];
    const pools = resolvePools({
      ...GIVEN,
      vpc,
      subnets,
      pools: { same: { slots: 2, subnets: theirs }, else: { slots: 2, vpc: other } },
    });
    expect(pools.map(({ network }) => network)).toEqual([
      { vpc, subnets },
      { vpc, subnets: theirs },
      { vpc: other },
    ]);
  });

  it("have the time of their own longest task, or what they are given", () => {
    const task = (timeoutSeconds: number, pool?: string) =>
      pool === undefined ? { timeoutSeconds } : { timeoutSeconds, pool };
    const manifest = { tasks: { a: task(30), b: task(300.5, "long"), c: task(10, "short") } };
    const short = { slots: 2, timeoutSeconds: 20 };
    const limits = (pools: PoolsInput["pools"]) =>
      timePools(manifest, resolvePools({ ...GIVEN, pools })).map((each) => each.timeoutSeconds);
    expect(limits({ long: { slots: 2 }, short })).toEqual([60, 301, 20]);
    expect(() => limits({ long: short, short })).toThrow(
      "Task b: its timeoutSeconds is 300.5; Forerun's property pools.long.timeoutSeconds allows 20",
    );
  });

  it.each<[string, Partial<PoolsInput>]>([
    ["slots: it is 1", { slots: 1 }],
    ["reserved.urgent: no band", { reserved: { urgent: 2 } }],
    ["reserved.low: it is the last band", { reserved: { low: 2 } }],
    ["reserved: name one band", { reserved: { critical: 2, high: 2 } }],
    ["reserved.critical: it is 1", { reserved: { critical: 1 } }],
    ["workerMemory: it is 1", { workerMemory: 1 }],
    ["pools.Heavy: name it by", { pools: { Heavy: { slots: 2 } } }],
    ["pools.reserved: name it by", { pools: { reserved: { slots: 2 } } }],
    ["pools.default: name it by", { pools: { default: { slots: 2 } } }],
    ["pools.a.slots: it is 0", { pools: { a: { slots: 0 } } }],
    ["timeoutSeconds: it is 900; use a whole number from 1 to 825", { timeoutSeconds: 900 }],
    ["pools.a.timeoutSeconds: it is 0", { pools: { a: { slots: 2, timeoutSeconds: 0 } } }],
    ["pools.a.subnets: it says where", { pools: { a: { slots: 2, subnets: {} } } }],
    ["pools.a.securityGroups: they are", { pools: { a: { slots: 2, securityGroups: [] } } }],
    ["pools.a.memory: it is 5", { pools: { a: { slots: 2, memory: 5 } } }],
    [
      "pools.a.environment.FORERUN_X: names that begin",
      { pools: { a: { slots: 2, environment: { FORERUN_X: "" } } } },
    ],
    [
      "pools: 4 pools of 4 bands make 16 queues; at most 12",
      { pools: { a: { slots: 2 }, b: { slots: 2 }, c: { slots: 2 } } },
    ],
  ])("refuse what AWS or we could not run, by the property's name: %s", (message, wrong) => {
    expect(() => resolvePools({ ...GIVEN, ...wrong })).toThrow(`Forerun's property ${message}`);
  });

  it("must hold the pool that a task names", () => {
    const manifest = { tasks: { resize: { timeoutSeconds: 60, pool: "gpu" } } };
    expect(() => checkTaskPools(manifest, resolvePools(GIVEN))).toThrow(
      'Task resize: its pool "gpu" is none of the construct\'s pools ("default")',
    );
  });
});
