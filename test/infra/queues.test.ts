/**
 * The queues, and who is fed from them.
 */
import { describe, expect, test } from "vitest";
import { all, behind, lambda, target } from "./support/resources.ts";
import { templates } from "./support/variants.ts";

const VARIANTS = ["defaults", "production", "guarded"] as const;
const made = templates(...VARIANTS);

describe.each(VARIANTS)("%s", (name) => {
  const template = made[name];
  const queues = all(template, "AWS::SQS::Queue");
  const mappings = all(template, "AWS::Lambda::EventSourceMapping");
  const redriven = queues.flatMap(({ is }) =>
    is.RedrivePolicy ? [target(is.RedrivePolicy.deadLetterTargetArn)] : [],
  );
  const scheduled = all(template, "AWS::Events::Rule").flatMap(({ is }) =>
    is.Targets.map((each: { DeadLetterConfig?: { Arn: unknown } }) =>
      target(each.DeadLetterConfig?.Arn),
    ),
  );

  test("each queue has a dead-letter queue of its own, or is one", () => {
    const dead = queues.filter(({ is }) => !is.RedrivePolicy).map(({ id }) => id);
    expect(scheduled).toHaveLength(1);
    expect([...redriven, ...scheduled].sort()).toEqual(dead.sort());
  });

  test("dead letters are kept for as long as SQS can", () => {
    const kept = queues.map(({ is }) => is.MessageRetentionPeriod);
    expect(new Set(kept)).toEqual(new Set([14 * 24 * 3600]));
  });

  test("each queue is encrypted", () => {
    const plain = queues.filter(({ is }) => !is.SqsManagedSseEnabled && !is.KmsMasterKeyId);
    expect(plain).toEqual([]);
  });

  test("each queue refuses what is not TLS", () => {
    const guarded = all(template, "AWS::SQS::QueuePolicy").flatMap(({ is }) => {
      const [deny] = is.PolicyDocument.Statement;
      expect(deny).toMatchObject({
        Effect: "Deny",
        Action: "sqs:*",
        Principal: { AWS: "*" },
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
      return is.Queues.map(target) as string[];
    });
    expect(guarded.sort()).toEqual(queues.map(({ id }) => id).sort());
  });

  test("a message stays hidden for as long as the function that has it may run", () => {
    expect(mappings.length).toBeGreaterThanOrEqual(2);
    for (const { is } of mappings) {
      const { VisibilityTimeout } = behind(template, "AWS::SQS::Queue", is.EventSourceArn).is;
      const { Timeout } = behind(template, "AWS::Lambda::Function", is.FunctionName).is;
      expect(VisibilityTimeout).toBeGreaterThanOrEqual(Timeout);
    }
  });

  test("a batch's messages fail one by one", () => {
    for (const { is } of mappings) {
      expect(is.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
    }
  });

  test("as many permits are in work as there are slots, each alone", () => {
    const worker = lambda(template, "Worker").id;
    const permits = mappings.filter(({ is }) => target(is.FunctionName) === worker);
    expect(permits.map(({ is }) => [is.BatchSize, is.ScalingConfig.MaximumConcurrency])).toEqual([
      [1, name === "production" ? 20 : 10],
      ...(name === "guarded" ? [[1, 2]] : []),
    ]);
  });
});

test("a pool's function runs for as long as its tasks may, and its permits hide for as long", () => {
  const times = (name: string) => {
    const { id, is } = lambda(made.guarded, name);
    const fed = all(made.guarded, "AWS::Lambda::EventSourceMapping").filter(
      (each) => target(each.is.FunctionName) === id,
    );
    const queues = fed.map((each) =>
      behind(made.guarded, "AWS::SQS::Queue", each.is.EventSourceArn),
    );
    return [is.Timeout, queues.map((each) => each.is.VisibilityTimeout)];
  };
  expect(times("HeavyWorker")).toEqual([675, [675]]);
  expect(times("Worker")).toEqual([135, [135, 135]]);
});
