/**
 * Functions inside a VPC.
 */
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { FunctionOptions } from "aws-cdk-lib/aws-lambda";
import { except } from "./exceptions.ts";
import { refuse } from "./refuse.ts";

export interface NetworkProps {
  /**
   * The VPC that the functions run in. From there they must reach SQS, DynamoDB, S3 and
   * CloudWatch Logs: by a NAT gateway, or by endpoints of the VPC.
   * @default none: they run in Lambda's own network
   */
  vpc?: IVpc | undefined;
  /** Where in the VPC. @default the private subnets with a way out */
  subnets?: SubnetSelection | undefined;
  /** What the functions' network interfaces belong to. @default one for each function, all outbound */
  securityGroups?: readonly ISecurityGroup[] | undefined;
}

/**
 * What Lambda does with a function's role to put it into a VPC. All but the network interface's
 * own calls know no resources, and an interface has no name before it is there.
 */
const INTERFACES = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * @param at where the properties stand, such as `pools.heavy.`
 * @throws ConfigurationError that names the property, and what would be right
 */
export function checkNetwork({ vpc, subnets, securityGroups }: NetworkProps, at = ""): void {
  if (vpc) return;
  const where = "it says where in the vpc the functions run; give a vpc as well";
  if (subnets) refuse(`${at}subnets`, where);
  if (securityGroups) {
    refuse(`${at}securityGroups`, "they are for functions in a vpc; give it as well");
  }
}

/**
 * Where a part of the deployment runs: a VPC of its own brings its own subnets and groups; without
 * one, what it says is about the VPC of the whole.
 */
export function networkOf(
  { vpc, subnets, securityGroups }: NetworkProps,
  whole: NetworkProps,
): NetworkProps {
  const rest = vpc ? {} : whole;
  return {
    vpc: vpc ?? whole.vpc,
    subnets: subnets ?? rest.subnets,
    securityGroups: securityGroups ?? rest.securityGroups,
  };
}

/** The options that put a function into the VPC, if there is one. */
export function placed({ vpc, subnets, securityGroups }: NetworkProps): Partial<FunctionOptions> {
  if (!vpc) return {};
  return {
    vpc,
    ...(subnets ? { vpcSubnets: subnets } : {}),
    ...(securityGroups ? { securityGroups: [...securityGroups] } : {}),
  };
}

/** Lets Lambda attach the function of this role to its VPC. */
export function allowInterfaces(role: Role, { vpc }: NetworkProps): void {
  if (!vpc) return;
  except(role, "interfaces");
  role.addToPolicy(new PolicyStatement({ actions: INTERFACES, resources: ["*"] }));
  // Lambda alone needs these rights; the code in the function shall not have them.
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: INTERFACES,
      resources: ["*"],
      conditions: { Null: { "lambda:SourceFunctionArn": "false" } },
    }),
  );
}
