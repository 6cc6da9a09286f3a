import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../local/index.ts";
import {
  document,
  lambda,
  mapping,
  type Part,
  queue,
  role,
  table,
  type WrittenAssembly,
  writeAssembly,
} from "./fixtures/assembly.ts";

const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });
const runsAs = (id: string) => ({ Role: arnOf(id) });

let assembly: WrittenAssembly;
let cloud: Cloud;
const lines: string[] = [];

beforeAll(async () => {
  assembly = writeAssembly({
    Notes: table({ TableName: "notes" }),
    Work: queue({ QueueName: "work" }),
    Closed: queue({ QueueName: "closed" }),
    ClosedPolicy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: "Closed" }],
        PolicyDocument: document([
          { Effect: "Deny", Action: "sqs:*", Resource: arnOf("Closed"), Principal: "*" },
        ]),
      },
    },
    InlineRole: role([
      { Action: "sqs:Send*", Resource: [arnOf("Work"), arnOf("Closed")] },
      { Action: ["dynamodb:GetItem", "dynamodb:PutItem"], Resource: arnOf("Notes") },
    ]),
    Inline: lambda("echo", { FunctionName: "inline", ...runsAs("InlineRole") }),
    BareRole: role([]),
    Attached: {
      Type: "AWS::IAM::Policy",
      Properties: {
        PolicyName: "attached",
        Roles: [{ Ref: "BareRole" }],
        PolicyDocument: document([{ Action: "sqs:SendMessage", Resource: arnOf("Work") }]),
      },
    },
    Bare: lambda("echo", { FunctionName: "bare", ...runsAs("BareRole") }),
  });
  cloud = await startCloud({ assembly: assembly.directory, log: (line) => lines.push(line) });
});

afterAll(async () => {
  await cloud?.stop();
  assembly?.remove();
});

interface Told {
  status: number;
  text: string;
}

async function call(name: string, target: string, body: Record<string, unknown>) {
  const { status, text } = (await cloud.invoke(name, { act: "call", target, body })) as Told;
  return { status, body: JSON.parse(text) as { __type?: string; message?: string } };
}

const send = (name: string, queueName: string, operation = "SendMessage", more = {}) =>
  call(name, `AmazonSQS.${operation}`, {
    QueueUrl: `${cloud.aws.endpoint}/000000000000/${queueName}`,
    ...more,
  });

const message = { MessageBody: "x" };
const entries = { Entries: [{ Id: "0", MessageBody: "x" }] };

describe("a function may do what its role's policies say", () => {
  test("inline, attached, by wildcard, and in batches", async () => {
    expect((await send("Inline", "work", "SendMessage", message)).status).toBe(200);
    expect((await send("Inline", "work", "SendMessageBatch", entries)).status).toBe(200);
    expect((await send("Bare", "work", "SendMessage", message)).status).toBe(200);
  });

  test("SQS refuses the rest, as AWS words it, and the log says what is missing", async () => {
    const { status, body } = await send("Inline", "work", "ReceiveMessage");
    expect(status).toBe(403);
    expect(body.__type).toMatch(/#AccessDenied$/);
    expect(body.message).toBe(
      "User: arn:aws:sts::000000000000:assumed-role/Test-InlineRole/inline is not authorized to " +
        "perform: sqs:ReceiveMessage on resource: arn:aws:sqs:us-east-1:000000000000:work " +
        "because no identity-based policy allows the sqs:ReceiveMessage action",
    );
    expect(lines).toContain(
      "denied: Inline: the role Test-InlineRole has no statement that allows sqs:ReceiveMessage " +
        "on arn:aws:sqs:us-east-1:000000000000:work",
    );
  });

  test("DynamoDB too, for each part of a transaction", async () => {
    const Item = { pk: { S: "a" }, sk: { S: "b" } };
    const put = { TableName: "notes", Item };
    expect((await call("Inline", "DynamoDB_20120810.PutItem", put)).status).toBe(200);
    const refused = await call("Bare", "DynamoDB_20120810.PutItem", put);
    expect(refused.status).toBe(400);
    expect(refused.body.__type).toMatch(/#AccessDeniedException$/);
    const TransactItems = [{ Put: put }, { Delete: { TableName: "notes", Key: Item } }];
    const transact = await call("Inline", "DynamoDB_20120810.TransactWriteItems", {
      TransactItems,
    });
    expect(transact.body.message).toMatch(
      /perform: dynamodb:DeleteItem on resource: .*table\/notes/,
    );
  });

  test("a queue's own deny wins over the role's allow", async () => {
    const { status, body } = await send("Inline", "closed", "SendMessage", message);
    expect(status).toBe(403);
    expect(body.message).toMatch(/with an explicit deny in a resource-based policy$/);
  });
});

test("a grant that is taken away is missed, until it is given back", async () => {
  const grant = { role: "Test-BareRole", action: "sqs:SendMessage" };
  const refused = cloud.policies.denial({ role: "Test-BareRole" });
  {
    using _ = cloud.policies.without(grant);
    expect((await send("Bare", "work", "SendMessage", message)).status).toBe(403);
  }
  expect((await send("Bare", "work", "SendMessage", message)).status).toBe(200);
  expect(await refused).toMatchObject({ caller: "Bare", action: "sqs:SendMessage" });
  expect(cloud.policies.uses()).toContainEqual(
    expect.objectContaining({ ...grant, statement: "Attached[0]", caller: "Bare" }),
  );
  expect(() => cloud.policies.without({ role: "nobody" })).toThrow(/nobody/);
});

describe("a template is refused that AWS would refuse, or that cannot be judged", () => {
  async function start(parts: Record<string, Part>): Promise<void> {
    const written = writeAssembly(parts);
    try {
      const started = await startCloud({ assembly: written.directory });
      await started.stop();
    } finally {
      written.remove();
    }
  }

  const statement = (given: Record<string, unknown>) => ({
    OwnRole: role([{ Action: "sqs:*", Resource: "*", ...given }]),
  });

  test("a mapping whose function may not receive", async () => {
    const parts = {
      Work: queue(),
      OwnRole: role([{ Action: "sqs:ReceiveMessage", Resource: arnOf("Work") }]),
      Run: lambda("echo", runsAs("OwnRole")),
      Map: mapping("Work", "Run"),
    };
    await expect(start(parts)).rejects.toThrow(
      /Map: .*Test-OwnRole does not have permissions to call DeleteMessage, GetQueueAttributes/,
    );
  });

  test("a function whose role Lambda may not assume", async () => {
    const own = role([]);
    const { Properties } = own;
    const trust = document([
      { Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } },
    ]);
    const parts = {
      OwnRole: { ...own, Properties: { ...Properties, AssumeRolePolicyDocument: trust } },
      Run: lambda("echo", runsAs("OwnRole")),
    };
    await expect(start(parts)).rejects.toThrow(/Run: Role: OwnRole does not let lambda/);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["operator", { Condition: { DateLessThan: { "aws:CurrentTime": "x" } } }, /DateLessThan/],
    ["key", { Condition: { StringEquals: { "dynamodb:LeadingKeys": "x" } } }, /leadingkeys/],
    ["element", { NotAction: "sqs:*" }, /NotAction/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own syntax
    ["variable", { Resource: "arn:${aws:username}" }, /variables/],
  ])("a policy with an unknown %s", async (_, given, expected) => {
    await expect(start(statement(given))).rejects.toThrow(expected);
  });
});
