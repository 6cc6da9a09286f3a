/**
 * What `Ref` and `Fn::GetAtt` give for the resources of a template: names, URLs and ARNs here.
 */
import { TemplateError } from "../errors.ts";
import { ACCOUNT, arn, bucketArn, PARTITION } from "../identity.ts";
import type { Resource, Template } from "./document.ts";
import type { Scope } from "./intrinsics.ts";
import { LEFT_OUT } from "./supported.ts";

/** Addresses that are known only once the servers listen. */
export interface Addresses {
  /** Base URL of the gateway that speaks SQS and DynamoDB. */
  gateway: string;
  /** Base URL of the HTTP API. */
  api: string;
}

export function createScope(template: Template, stackName: string, at: Addresses): Scope {
  const find = (logicalId: string, from: string): Resource => {
    const resource = template.Resources[logicalId];
    if (!resource) throw new TemplateError(from, `it refers to ${logicalId}, which is not there.`);
    return resource;
  };
  const name = (logicalId: string, resource: Resource) =>
    physicalName(stackName, logicalId, resource);
  return {
    stackName,
    ref(logicalId, from) {
      const parameter = template.Parameters?.[logicalId];
      if (parameter) return parameter.Default;
      const resource = find(logicalId, from);
      switch (resource.Type) {
        case "AWS::SQS::Queue":
          return `${at.gateway}/${ACCOUNT}/${name(logicalId, resource)}`;
        // The parts of an API name one another by these ids.
        case "AWS::ApiGatewayV2::Api":
        case "AWS::ApiGatewayV2::Integration":
        case "AWS::ApiGatewayV2::Route":
        case "AWS::ApiGatewayV2::Authorizer":
          return logicalId;
        case "AWS::IAM::ManagedPolicy":
          return `arn:${PARTITION}:iam::${ACCOUNT}:policy/${name(logicalId, resource)}`;
        default:
          return name(logicalId, resource);
      }
    },
    attribute(logicalId, attribute, from) {
      const resource = find(logicalId, from);
      const known = attributesOf(logicalId, resource.Type, name(logicalId, resource), at);
      const value = known[attribute];
      if (value === undefined) {
        throw new TemplateError(
          from,
          `the embedded cloud does not know the attribute ${attribute} of ${logicalId} ` +
            `(${resource.Type}); add it to local/template/scope.ts.`,
        );
      }
      return value;
    },
  };
}

function attributesOf(
  logicalId: string,
  type: string,
  name: string,
  at: Addresses,
): Record<string, string> {
  switch (type) {
    case "AWS::SQS::Queue":
      return {
        Arn: arn("sqs", name),
        QueueName: name,
        QueueUrl: `${at.gateway}/${ACCOUNT}/${name}`,
      };
    case "AWS::DynamoDB::Table":
      return { Arn: arn("dynamodb", `table/${name}`) };
    case "AWS::S3::Bucket":
      return { Arn: bucketArn(name) };
    case "AWS::Lambda::Function":
      return { Arn: arn("lambda", `function:${name}`) };
    case "AWS::Events::Rule":
      return { Arn: arn("events", `rule/${name}`) };
    case "AWS::ApiGatewayV2::Api":
      return { ApiEndpoint: at.api, ApiId: logicalId };
    case "AWS::IAM::Role":
      return { Arn: `arn:${PARTITION}:iam::${ACCOUNT}:role/${name}`, RoleId: name };
    case "AWS::EC2::SecurityGroup":
      return { GroupId: logicalId };
    default:
      // The ARN of what is left out may still be written somewhere; nothing here reads it.
      return type in LEFT_OUT ? { Arn: arn("local", name) } : {};
  }
}

/** The properties that give a resource a name of the author's choice. */
const NAME_PROPERTIES = [
  "QueueName",
  "TableName",
  "BucketName",
  "FunctionName",
  "RoleName",
  "ManagedPolicyName",
  "Name",
  "StageName",
];

/** The name that the template gives, or one of stack and logical id, the same at each start. */
function physicalName(stackName: string, logicalId: string, resource: Resource): string {
  for (const property of NAME_PROPERTIES) {
    const name = resource.Properties?.[property];
    if (typeof name === "string") return name;
  }
  const name = `${stackName}-${logicalId}`;
  // Names of buckets are part of addresses.
  return resource.Type === "AWS::S3::Bucket" ? name.toLowerCase().slice(-63) : name;
}
