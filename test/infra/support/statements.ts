/**
 * The statements of a template's policies.
 */
import type { Template } from "aws-cdk-lib/assertions";
import { all } from "./resources.ts";

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

/** Every statement of every policy, as `Effect Action on Resource`. */
export function statements(template: Template): string[] {
  const documents = [
    ...all(template, "AWS::IAM::Policy").map(({ is }) => is.PolicyDocument),
    ...all(template, "AWS::IAM::ManagedPolicy").map(({ is }) => is.PolicyDocument),
    ...all(template, "AWS::IAM::Role").flatMap(({ is }) =>
      (is.Policies ?? []).map((each: { PolicyDocument: unknown }) => each.PolicyDocument),
    ),
    ...all(template, "AWS::SQS::QueuePolicy").map(({ is }) => is.PolicyDocument),
    ...all(template, "AWS::S3::BucketPolicy").map(({ is }) => is.PolicyDocument),
  ];
  return documents.flatMap(({ Statement: list }: { Statement: Statement[] }) =>
    list.flatMap((each) =>
      actions(each).flatMap((action) =>
        [each.Resource].flat().map((resource) => `${each.Effect} ${action} on ${shown(resource)}`),
      ),
    ),
  );
}

export function actions({ Action }: Statement): string[] {
  return [Action].flat();
}

/** What is below a bucket: `/results/*`. */
const OBJECTS = /^\{"Fn::Join":\["",\[\{"Fn::GetAtt":\["\w+Bucket\w+","Arn"\]\},"(\/[^"]*)"\]\]\}$/;

/** A reference is one resource; of a text, or one put together, every part counts. */
function shown(resource: unknown): string {
  const below = OBJECTS.exec(JSON.stringify(resource))?.[1];
  if (below !== undefined) return `a resource${below}`;
  const text = typeof resource === "string" ? resource : JSON.stringify(resource);
  return text.includes("*") ? text : "a resource";
}
