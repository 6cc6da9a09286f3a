/**
 * AWS::IAM::Role, AWS::IAM::Policy, AWS::IAM::ManagedPolicy, AWS::SQS::QueuePolicy and AWS::S3::BucketPolicy.
 */
import type { ResourcePolicies, RoleSpec, Statement } from "../iam/statement.ts";
import { ACCOUNT, arn, bucketArn, lastPart, PARTITION } from "../identity.ts";
import { isObject } from "../json.ts";
import { Properties } from "./properties.ts";
import type { ReadAll } from "./readApi.ts";
import { readStatements } from "./readStatements.ts";

/** What AWS's own policies allow beyond logs, which have no emulator and are not asked for. */
const AWS_POLICIES: Readonly<Record<string, readonly string[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": [],
  AWSXRayDaemonWriteAccess: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
};

export interface PolicySpecs {
  roles: readonly RoleSpec[];
  /** Of queues and buckets, by their ARN. */
  resources: ResourcePolicies;
}

export function readPolicies(read: ReadAll): PolicySpecs {
  const managed = new Map(
    read("AWS::IAM::ManagedPolicy", (policy, ref) => [
      ref,
      { roles: rolesOf(policy), statements: readStatements(policy, "PolicyDocument", "identity") },
    ]),
  );
  const attached = [
    ...managed.values(),
    ...read("AWS::IAM::Policy", (policy) => ({
      roles: rolesOf(policy),
      statements: readStatements(policy, "PolicyDocument", "identity"),
    })),
  ];
  const roles = read("AWS::IAM::Role", (role, name): RoleSpec => {
    const own = role.list("ManagedPolicyArns").flatMap((policy) => {
      const text = String(policy);
      return managed.get(text)?.statements ?? [awsPolicy(role, text)].flat();
    });
    const statements = [
      ...inline(role),
      ...own,
      ...attached.filter((each) => each.roles.includes(name)).flatMap((each) => each.statements),
    ];
    return {
      logicalId: role.logicalId,
      name,
      arn: `arn:${PARTITION}:iam::${ACCOUNT}:role/${name}`,
      trusts: readStatements(role, "AssumeRolePolicyDocument", "trust")
        .filter(({ effect }) => effect === "Allow")
        .flatMap(({ principals = [] }) => principals.map((each) => each.name)),
      statements,
    };
  });
  return { roles, resources: new Map([...readQueuePolicies(read), ...readBucketPolicies(read)]) };
}

function inline(role: Properties): Statement[] {
  return role.list("Policies").flatMap((value, index) => {
    const policy = new Properties(role.logicalId, isObject(value) ? value : {}, "Policies.");
    const name = `${role.logicalId}.Policies[${index}]`;
    return readStatements(policy, "PolicyDocument", "identity", name);
  });
}

function awsPolicy(role: Properties, policyArn: string): Statement[] {
  const name = policyArn.split(":policy/")[1] ?? policyArn;
  const actions = AWS_POLICIES[name];
  if (!actions) {
    return role.refuse(
      "ManagedPolicyArns",
      `the embedded cloud does not know what ${policyArn} allows; add it to ` +
        "local/template/readPolicies.ts",
    );
  }
  const resources = ["*"];
  const rest = { conditions: [], principals: undefined };
  return actions.length === 0 ? [] : [{ id: name, effect: "Allow", actions, resources, ...rest }];
}

function rolesOf(policy: Properties): string[] {
  return policy.list("Roles").map((role) => lastPart(String(role)));
}

function readQueuePolicies(read: ReadAll): Map<string, Statement[]> {
  const policies = new Map<string, Statement[]>();
  for (const [queues, statements] of read(
    "AWS::SQS::QueuePolicy",
    (policy) =>
      [
        policy.list("Queues").map(String),
        readStatements(policy, "PolicyDocument", "resource"),
      ] as const,
  )) {
    for (const url of queues) {
      const queue = arn("sqs", lastPart(url));
      policies.set(queue, [...(policies.get(queue) ?? []), ...statements]);
    }
  }
  return policies;
}

/** A bucket has one policy at most. */
function readBucketPolicies(read: ReadAll): [string, Statement[]][] {
  return read("AWS::S3::BucketPolicy", (policy) => [
    bucketArn(policy.text("Bucket")),
    readStatements(policy, "PolicyDocument", "resource"),
  ]);
}
