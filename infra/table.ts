/**
 * The one table: futures and what belongs to them (aws/dynamodb/keys.ts has the keys).
 */
import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { tableEncryption } from "./encryption.ts";
import { except } from "./exceptions.ts";
import type { Security } from "./security.ts";

export function createTable(scope: Construct, { protect, encryptionKey }: Security): Table {
  const table = new Table(scope, "Table", {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: "expires",
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: protect },
    deletionProtection: protect,
    ...tableEncryption(encryptionKey),
    // Futures are the users' results: a stack that is deleted leaves them, but those of a trial.
    removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  if (!protect) except(table, "trialTable");
  return table;
}
