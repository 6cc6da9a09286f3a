/**
 * The expressions as DynamoDB is sent them: a condition that is missing or loose lets a stale
 * worker overwrite what another has done since.
 */
import { describe, expect, it } from "vitest";
import { insertFuture, readItems, scanFutures, updateFuture } from "../../aws/dynamodb/commands.ts";
import { futureKey } from "../../aws/dynamodb/keys.ts";
import { queryDue, queryWatchers, reportCode } from "../../aws/dynamodb/sideCommands.ts";
import type { When } from "../../core/ports.ts";
import { taskRecord } from "../support/records.ts";

describe("a future's insert", () => {
  it("is refused if the id is taken, and then tells by whom", () => {
    expect(insertFuture("table", taskRecord({ id: "a", watchers: ["b#0"] }))).toEqual({
      TableName: "table",
      Item: {
        pk: "a",
        sk: "future",
        kind: "task",
        state: "pending",
        createdAt: 1_800_000_000_000,
        request: "request-hash",
        turn: 0,
        attempts: 0,
        task: "resize",
        priority: 5,
        input: '{"width":100}',
        watchers: new Set(["b#0"]),
      },
      ConditionExpression: "attribute_not_exists(#pk)",
      ExpressionAttributeNames: { "#pk": "pk" },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
  });

  it("stores no empty set, which DynamoDB refuses", () => {
    const { Item } = insertFuture("table", taskRecord({ watchers: [] }));
    expect(Item).not.toHaveProperty("watchers");
  });
});

describe("a future's update", () => {
  it("joins all that must hold and all that changes, each attribute by a placeholder", () => {
    const input = updateFuture(
      "table",
      "a",
      { states: ["pending", "running"], turn: 2, token: "t", dueBy: 5 },
      {
        set: { state: "running", token: "u" },
        remove: ["leaseUntil"],
        add: { attempts: 1 },
        watch: ["b#0"],
      },
    );
    expect(input).toEqual({
      TableName: "table",
      Key: { pk: "a", sk: "future" },
      ConditionExpression:
        "attribute_exists(#pk) AND #state IN (:if_pending, :if_running) AND #turn = :if_turn" +
        " AND #token = :if_token AND (attribute_not_exists(#due) OR #due <= :if_due)",
      UpdateExpression:
        "SET #state = :set_state, #token = :set_token REMOVE #leaseUntil" +
        " ADD #attempts :add_attempts, #watchers :add_watchers",
      ExpressionAttributeNames: {
        "#pk": "pk",
        "#state": "state",
        "#turn": "turn",
        "#token": "token",
        "#due": "due",
        "#leaseUntil": "leaseUntil",
        "#attempts": "attempts",
        "#watchers": "watchers",
      },
      ExpressionAttributeValues: {
        ":if_pending": "pending",
        ":if_running": "running",
        ":if_turn": 2,
        ":if_token": "t",
        ":if_due": 5,
        ":set_state": "running",
        ":set_token": "u",
        ":add_attempts": 1,
        ":add_watchers": new Set(["b#0"]),
      },
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
  });

  const conditions: [when: When, expression: string][] = [
    [{}, "attribute_exists(#pk)"],
    [
      { uncancelled: true },
      "attribute_exists(#pk) AND (attribute_not_exists(#cancel) OR #cancel = :if_false)",
    ],
    [{ uncancelled: false }, "attribute_exists(#pk)"],
    [{ unstopped: true }, "attribute_exists(#pk) AND attribute_not_exists(#stopping)"],
    [{ sealed: true }, "attribute_exists(#pk) AND #sealed = :if_true"],
    [
      { sealed: false },
      "attribute_exists(#pk) AND (attribute_not_exists(#sealed) OR #sealed = :if_false)",
    ],
    [
      { watchersBelow: 32 },
      "attribute_exists(#pk) AND (attribute_not_exists(#watchers) OR size(#watchers) < :if_watchers)",
    ],
  ];
  it.each(conditions)("asks for %o", (when, expression) => {
    const input = updateFuture("table", "a", when, { set: { priority: 1 } });
    expect(input.ConditionExpression).toBe(expression);
  });

  it("leaves out what is undefined, so that it neither is set nor makes an empty clause", () => {
    const change = { set: { priority: undefined } } as object;
    const input = updateFuture("table", "a", {}, change);
    expect(input).not.toHaveProperty("UpdateExpression");
    expect(input).not.toHaveProperty("ExpressionAttributeValues");
  });
});

describe("a tally's report", () => {
  it("appends under the condition that the code is not there", () => {
    expect(reportCode("table", "a", { code: 7 }, 99)).toEqual({
      TableName: "table",
      Key: { pk: "a#tally", sk: "tally" },
      ConditionExpression: "attribute_not_exists(#codes) OR NOT contains(#codes, :code)",
      UpdateExpression:
        "SET #codes = list_append(if_not_exists(#codes, :none), :one), #expires = :expires",
      ExpressionAttributeNames: { "#codes": "codes", "#expires": "expires" },
      ExpressionAttributeValues: { ":none": [], ":one": [7], ":code": 7, ":expires": 99 },
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
  });
});

describe("a leaf's report", () => {
  it("appends its time in the same write, so that the two lists never differ in length", () => {
    const input = reportCode("table", "a/0", { code: 7, at: 5 }, 99);
    expect(input.Key).toEqual({ pk: "a/0#tally", sk: "tally" });
    expect(input.UpdateExpression).toBe(
      "SET #codes = list_append(if_not_exists(#codes, :none), :one), " +
        "#times = list_append(if_not_exists(#times, :none), :at), #expires = :expires",
    );
    expect(input.ExpressionAttributeValues).toMatchObject({ ":one": [7], ":at": [5] });
  });
});

describe("reads", () => {
  it("are consistent, all of them", () => {
    expect(readItems("table", [futureKey("a")]).RequestItems?.table?.ConsistentRead).toBe(true);
    expect(scanFutures("table", undefined).ConsistentRead).toBe(true);
    expect(queryWatchers("table", "a", 10, undefined).ConsistentRead).toBe(true);
    expect(queryDue("table", 0, 1, 1).ConsistentRead).toBe(true);
  });

  it("ask a shard of the due index for all of that millisecond and nothing later", () => {
    const input = queryDue("table", 3, 12_345.9, 10);
    expect(input.KeyConditionExpression).toBe("#pk = :shard AND #sk < :next");
    expect(input.ExpressionAttributeValues).toEqual({
      ":shard": "due#3",
      ":next": "000000000012346",
    });
  });
});
