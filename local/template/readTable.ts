/**
 * AWS::DynamoDB::Table.
 */
import type { Json } from "../json.ts";
import type { Properties } from "./properties.ts";

export interface TableSpec {
  logicalId: string;
  name: string;
  /** The input of DynamoDB's CreateTable. */
  create: Json;
  /** The attribute by which items expire, if any. */
  expiresBy: string | undefined;
}

export function readTable(properties: Properties, name: string): TableSpec {
  properties.oneOf("BillingMode", "PAY_PER_REQUEST");
  const create: Json = { TableName: name, BillingMode: "PAY_PER_REQUEST" };
  const copied = [
    "KeySchema",
    "AttributeDefinitions",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
  ];
  for (const key of copied) {
    if (properties.raw(key) !== undefined) create[key] = properties.raw(key);
  }
  const ttl = properties.object("TimeToLiveSpecification", ["AttributeName", "Enabled"]);
  return {
    logicalId: properties.logicalId,
    name,
    create,
    expiresBy: ttl && ttl.raw("Enabled") !== false ? ttl.text("AttributeName") : undefined,
  };
}
