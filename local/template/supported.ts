/**
 * What of CloudFormation runs on this machine. Whatever is not listed here is refused.
 */

/** A type that is run: properties that are honoured, and those left out with the reason why. */
export interface RunType {
  honoured: readonly string[];
  /** Property → why leaving it out changes nothing that matters here. */
  without: Readonly<Record<string, string>>;
}

const ENCRYPTION = "nothing is stored beyond this machine";
const TAGS = "tags change no behaviour";
const ALARMS = "CloudWatch is not emulated; the functions' own logs are kept as files";
const NAMED_ONLY = "it only names the policy";
const NETWORK = "there is one network here";

export const RUN: Readonly<Record<string, RunType>> = {
  "AWS::SQS::Queue": {
    honoured: [
      "QueueName",
      "VisibilityTimeout",
      "DelaySeconds",
      "MaximumMessageSize",
      "ReceiveMessageWaitTimeSeconds",
      "RedrivePolicy",
      "RedriveAllowPolicy",
    ],
    without: {
      MessageRetentionPeriod: "queues live in memory, never for days",
      SqsManagedSseEnabled: ENCRYPTION,
      KmsMasterKeyId: ENCRYPTION,
      KmsDataKeyReusePeriodSeconds: ENCRYPTION,
      Tags: TAGS,
    },
  },
  "AWS::DynamoDB::Table": {
    honoured: [
      "TableName",
      "KeySchema",
      "AttributeDefinitions",
      "BillingMode",
      "GlobalSecondaryIndexes",
      "LocalSecondaryIndexes",
      "TimeToLiveSpecification",
    ],
    without: {
      PointInTimeRecoverySpecification: "the emulator keeps no backups",
      DeletionProtectionEnabled: "nobody deletes the table here",
      SSESpecification: ENCRYPTION,
      TableClass: "it changes prices only",
      ContributorInsightsSpecification: ALARMS,
      WarmThroughput: "the emulator does not throttle",
      OnDemandThroughput: "the emulator does not throttle",
      Tags: TAGS,
    },
  },
  "AWS::S3::Bucket": {
    honoured: ["BucketName"],
    without: {
      BucketEncryption: ENCRYPTION,
      LifecycleConfiguration: "objects stay for as long as their data directory",
      PublicAccessBlockConfiguration: "whoever has no right is refused in any case",
      OwnershipControls: "there is one account here",
      Tags: TAGS,
    },
  },
  "AWS::S3::BucketPolicy": { honoured: ["Bucket", "PolicyDocument"], without: {} },
  "AWS::Lambda::Function": {
    honoured: [
      "FunctionName",
      "Code",
      "Handler",
      "Runtime",
      "Role",
      "Timeout",
      "MemorySize",
      "Environment",
      "ReservedConcurrentExecutions",
    ],
    without: {
      Architectures: "functions run on this machine's processor",
      Description: "it changes no behaviour",
      KmsKeyArn: ENCRYPTION,
      EphemeralStorage: "functions share this machine's disk",
      LoggingConfig: "logs are kept as files",
      RecursiveLoop: "chains of invocations are not counted here",
      RuntimeManagementConfig: "functions run on this process's Node.js",
      TracingConfig: "X-Ray is not emulated",
      VpcConfig: NETWORK,
      Tags: TAGS,
    },
  },
  "AWS::IAM::Role": {
    honoured: ["RoleName", "AssumeRolePolicyDocument", "Policies", "ManagedPolicyArns"],
    without: {
      Description: "it changes no behaviour",
      MaxSessionDuration: "sessions do not end here",
      PermissionsBoundary: "it only takes away, and what it says stands outside the template",
      Tags: TAGS,
    },
  },
  "AWS::IAM::Policy": {
    honoured: ["PolicyDocument", "Roles"],
    without: { PolicyName: NAMED_ONLY },
  },
  "AWS::IAM::ManagedPolicy": {
    honoured: ["ManagedPolicyName", "PolicyDocument", "Roles"],
    without: { Description: "it changes no behaviour", Path: NAMED_ONLY },
  },
  "AWS::SQS::QueuePolicy": { honoured: ["Queues", "PolicyDocument"], without: {} },
  "AWS::Lambda::EventSourceMapping": {
    honoured: [
      "EventSourceArn",
      "FunctionName",
      "BatchSize",
      "MaximumBatchingWindowInSeconds",
      "ScalingConfig",
      "FunctionResponseTypes",
      "Enabled",
    ],
    without: { MetricsConfig: ALARMS, LoggingConfig: ALARMS, Tags: TAGS },
  },
  "AWS::Lambda::Permission": {
    honoured: ["FunctionName", "Principal", "Action"],
    without: {
      SourceArn: "there is one API and one set of rules here",
      SourceAccount: "there is one account here",
    },
  },
  "AWS::ApiGatewayV2::Api": {
    honoured: ["Name", "ProtocolType", "CorsConfiguration"],
    without: {
      Description: "it changes no behaviour",
      DisableExecuteApiEndpoint: "the endpoint is this machine's",
      RouteSelectionExpression: "HTTP APIs have but one",
      IpAddressType: "the endpoint is this machine's",
      Tags: TAGS,
    },
  },
  "AWS::ApiGatewayV2::Route": {
    honoured: [
      "ApiId",
      "RouteKey",
      "Target",
      "AuthorizationType",
      "AuthorizerId",
      "AuthorizationScopes",
    ],
    without: {
      OperationName: "it changes no behaviour",
    },
  },
  "AWS::ApiGatewayV2::Authorizer": {
    honoured: ["ApiId", "AuthorizerType", "IdentitySource", "JwtConfiguration"],
    without: { Name: "it only names the authorizer" },
  },
  "AWS::ApiGatewayV2::Integration": {
    honoured: [
      "ApiId",
      "IntegrationType",
      "IntegrationUri",
      "PayloadFormatVersion",
      "TimeoutInMillis",
    ],
    without: {
      IntegrationMethod: "a Lambda function is always invoked by POST",
      ConnectionType: NETWORK,
      Description: "it changes no behaviour",
    },
  },
  "AWS::ApiGatewayV2::Stage": {
    honoured: ["ApiId", "StageName", "DefaultRouteSettings", "RouteSettings"],
    without: {
      AutoDeploy: "what the template says is deployed",
      AccessLogSettings: "the functions' own logs have a line for each request",
      Description: "it changes no behaviour",
      Tags: TAGS,
    },
  },
  "AWS::Events::Rule": {
    honoured: ["Name", "ScheduleExpression", "EventPattern", "EventBusName", "State", "Targets"],
    without: { Description: "it changes no behaviour", Tags: TAGS },
  },
};

/** Types that are left out, with the reason why. Their properties are not looked at. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "AWS::KMS::Key": ENCRYPTION,
  "AWS::EC2::SecurityGroup": NETWORK,
  "AWS::Logs::LogGroup": "logs are kept as files",
  "AWS::Logs::MetricFilter": ALARMS,
  "AWS::Logs::QueryDefinition": ALARMS,
  "AWS::CloudWatch::Alarm": ALARMS,
  "AWS::CloudWatch::CompositeAlarm": ALARMS,
  "AWS::CloudWatch::Dashboard": ALARMS,
  "AWS::SNS::Topic": ALARMS,
  "AWS::SNS::TopicPolicy": ALARMS,
  "AWS::SNS::Subscription": ALARMS,
  "AWS::CDK::Metadata": "it is CDK's own book-keeping",
};

/** Attributes of a resource that change how it is deployed, not what it does. */
export const RESOURCE_KEYS: ReadonlySet<string> = new Set([
  "Type",
  "Properties",
  "DependsOn",
  "Metadata",
  "DeletionPolicy",
  "UpdateReplacePolicy",
]);
