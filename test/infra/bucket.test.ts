/**
 * The bucket of large inputs and results.
 */
import { describe, expect, test } from "vitest";
import { all } from "./support/resources.ts";
import { statements } from "./support/statements.ts";
import { templates } from "./support/variants.ts";

const made = templates("defaults", "production", "guarded");

describe.each(["defaults", "production", "guarded"] as const)("%s", (name) => {
  const template = made[name];
  const [bucket] = all(template, "AWS::S3::Bucket");

  test("nobody reads it from outside, or without TLS", () => {
    expect(bucket?.is.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(statements(template)).toContain("Deny s3:* on a resource/*");
  });

  test("a result outlives its record, and what is watched all that watches it", () => {
    const [settled, longest, ...others] = bucket?.is.LifecycleConfiguration.Rules ?? [];
    const retention = Number(
      all(template, "AWS::Lambda::Function")[0]?.is.Environment.Variables.FORERUN_RETENTION_DAYS,
    );
    expect(settled).toMatchObject({
      Prefix: "results/",
      TagFilters: [{ Key: "forerun-lifetime", Value: "short" }],
      // DynamoDB deletes within two days of the time.
      ExpirationInDays: retention + 3,
      Status: "Enabled",
    });
    // A timer of 366 days whose record is kept for 400.
    expect(longest.ExpirationInDays).toBeGreaterThan(766);
    expect(others).toEqual([]);
  });

  test("each function has its prefixes only, and the waiting one changes nothing", () => {
    const allowed = statements(template).filter((each) => each.startsWith("Allow s3:"));
    expect(new Set(allowed.map((each) => each.split(" on ")[1]))).toEqual(
      new Set(["a resource/inputs/*", "a resource/results/*"]),
    );
  });
});

test("a key of one's own encrypts it, by a key for the bucket", () => {
  const algorithm = (name: keyof typeof made) =>
    all(made[name], "AWS::S3::Bucket")[0]?.is.BucketEncryption.ServerSideEncryptionConfiguration[0];
  expect(algorithm("defaults").ServerSideEncryptionByDefault.SSEAlgorithm).toBe("AES256");
  expect(algorithm("guarded")).toMatchObject({
    BucketKeyEnabled: true,
    ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" },
  });
});

test("it stays with the table's results, but for a trial", () => {
  const policy = (name: keyof typeof made) => made[name].findResources("AWS::S3::Bucket");
  const deletion = (name: keyof typeof made) => Object.values(policy(name))[0]?.DeletionPolicy;
  expect(deletion("defaults")).toBe("Delete");
  expect(deletion("production")).toBe("Retain");
});
