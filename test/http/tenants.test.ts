/**
 * One tenant reads, settles, cancels or takes as a member what is another's: held off on every call
 * that the API's description lists, so that a call which is added later cannot be forgotten here.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { tenantOf } from "../../functions/http/tenant.ts";
import { type Answered, type Apps, jwtOf, startApps, stored } from "./apps.ts";

const ADA = { event: jwtOf("ada") };
const BOB = { event: jwtOf("bob") };

let apps: Apps;
beforeEach(async () => {
  apps = startApps("custom:tenant");
  const made = [
    await apps.send("POST", "/promises", { id: "promise" }, ADA),
    await apps.send("POST", "/tasks", { task: "works", id: "task" }, ADA),
    await apps.send("POST", "/gathers", { id: "gather", of: ["promise"] }, ADA),
    await apps.send("POST", "/gathers", { id: "done", of: [] }, ADA),
    await open("open", ADA),
    await open("mine", BOB),
  ];
  expect(made.map((each) => each.status)).toEqual([201, 202, 201, 201, 201, 201]);
});

function open(id: string, caller: typeof ADA): Promise<Answered> {
  const fields = { id, policy: "gather", members: "futures", sealWithinSeconds: 60 };
  return apps.send("POST", "/aggregates/open", fields, caller);
}

/** A call that names a future of Ada's. */
interface Naming {
  path: string;
  body?: unknown;
  status: number;
}

const OF = { of: ["promise"] };

/**
 * Every call, with requests that name Ada's futures; `free` needs no tenant, and no tenant may make
 * those of `operators`.
 */
const CALLS: Record<string, Naming[] | "makes" | "free" | "operators"> = {
  "POST /tasks": "makes",
  "POST /tasks/batch": "makes",
  "POST /promises": "makes",
  "POST /timers": "makes",
  "POST /aggregates/open": "makes",
  "POST /gathers": [{ path: "/gathers", body: OF, status: 201 }],
  "POST /waits": [{ path: "/waits", body: OF, status: 201 }],
  "POST /aggregates": [
    { path: "/aggregates", body: { policy: "shield", ...OF }, status: 201 },
    { path: "/aggregates", body: { policy: "some", count: 1, ...OF }, status: 201 },
  ],
  "POST /futures/{id}/members": [
    { path: "/futures/open/members", body: { start: 0, ...OF }, status: 200 },
  ],
  "POST /futures/{id}/seal": [{ path: "/futures/open/seal", body: { size: 0 }, status: 200 }],
  "POST /futures/{id}/settle": [
    { path: "/futures/promise/settle", body: { result: 1 }, status: 200 },
  ],
  "POST /futures/{id}/cancel": [{ path: "/futures/task/cancel", status: 200 }],
  "POST /futures/{id}/priority": [
    { path: "/futures/task/priority", body: { priority: 1 }, status: 200 },
  ],
  "GET /futures/{id}": [{ path: "/futures/promise", status: 200 }],
  "GET /futures": [
    { path: "/futures?ids=promise,task", status: 200 },
    { path: "/futures?ids=gather", status: 200 },
  ],
  "GET /futures/{id}/results": [{ path: "/futures/done/results", status: 200 }],
  "GET /futures/{id}/reports": [{ path: "/futures/gather/reports", status: 200 }],
  "GET /futures/{id}/tree": [{ path: "/futures/gather/tree", status: 200 }],
  "GET /bands": "free",
  "POST /bands/{band}/pause": "makes",
  "POST /bands/{band}/resume": "makes",
  // Its right is the promise's token: approvals.test.ts.
  "POST /approvals/{id}": "free",
};

const MAKING: Record<string, unknown> = {
  "POST /tasks": { task: "works" },
  "POST /tasks/batch": { tasks: [{ task: "works" }], gather: {} },
  "POST /promises": {},
  "POST /timers": { delaySeconds: 60, result: 1 },
  "POST /gathers": { of: [] },
  "POST /waits": { of: ["promise"] },
  "POST /aggregates": { policy: "gather", of: [] },
  "POST /aggregates/open": { policy: "gather", members: "tasks", sealWithinSeconds: 60 },
};

it("a call that nobody has checked for tenants is found", async () => {
  const { body } = await apps.send("GET", "/openapi.json");
  const described = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(Object.keys(CALLS).sort());
});

const naming = Object.entries(CALLS).flatMap(([call, all]) =>
  typeof all === "string" ? [] : all.map((each) => ({ call, ...each })),
);

describe.each(naming)("$call as $path", ({ call, path, body, status }) => {
  const method = call.split(" ")[0] as string;

  it("tells another tenant no more than that there is no such future", async () => {
    const before = await stored(apps);
    const theirs = await apps.send(method, path, body, BOB);
    expect(theirs.status).toBe(404);
    // The very answer of a deployment that has none of these futures.
    const nowhere = await startApps("custom:tenant").send(method, path, body, BOB);
    expect(theirs).toEqual(nowhere);
    expect(await stored(apps)).toEqual(before);
  });

  it("serves its own tenant", async () => {
    expect((await apps.send(method, path, body, ADA)).status).toBe(status);
  });

  it("refuses a caller whose identity names no tenant", async () => {
    const answer = await apps.send(method, path, body);
    expect(answer.status).toBe(403);
    expect(answer.body.detail).toContain("custom:tenant");
  });
});

it("takes no member of another tenant into an open aggregate", async () => {
  const body = { start: 0, of: ["promise"] };
  const answer = await apps.send("POST", "/futures/mine/members", body, BOB);
  expect(answer.status).toBe(404);
  expect(answer.body.errors[0].field).toBe("of[0]");
});

describe.each(Object.entries(MAKING))("%s", (call, body) => {
  const [method = "", path = ""] = call.split(" ");

  it("makes futures, members included, that its tenant alone can see", async () => {
    const known = new Set((await stored(apps)).map(({ id }) => id));
    const made = await apps.send(method, path, { ...(body as object) }, ADA);
    expect(made.status).toBeLessThan(300);
    const fresh = (await stored(apps)).filter(({ id }) => !known.has(id));
    expect(fresh.length).toBeGreaterThan(0);
    for (const { id, tenant } of fresh) {
      expect(tenant).toBe("ada");
      expect((await apps.send("GET", `/futures/${id}`, undefined, BOB)).status).toBe(404);
      expect((await apps.send("GET", `/futures/${id}`, undefined, ADA)).status).toBe(200);
    }
  });

  it("refuses a caller whose identity names no tenant", async () => {
    expect((await apps.send(method, path, body)).status).toBe(403);
  });

  it("gives nobody another tenant's future for the same id and request", async () => {
    if (path === "/waits") return; // names a member that the other cannot see
    const own =
      path === "/tasks/batch"
        ? { ...(body as object), gather: { id: "x" } }
        : { ...(body as object), id: "x" };
    const first = await apps.send(method, path, own, ADA);
    expect(first.status).toBeLessThan(300);
    expect((await apps.send(method, path, own, ADA)).status).toBe(first.status);
    expect((await apps.send(method, path, own, BOB)).status).toBe(409);
  });
});

it.each([
  ["/tasks", { task: "works", tenant: "ada" }, "tenant"],
  [
    "/tasks/batch",
    { tasks: [{ task: "works" }, { task: "works", tenant: "ada" }] },
    "tasks[1].tenant",
  ],
])("refuses a task on another tenant's account: %s", async (path, body, field) => {
  const answer = await apps.send("POST", path, body, BOB);
  expect(answer.status).toBe(403);
  expect(answer.body.errors[0].field).toBe(field);
  expect((await apps.send("POST", path, body, ADA)).status).toBe(202);
});

it("without tenants everybody sees everything, as before", async () => {
  const open = startApps();
  await open.send("POST", "/promises", { id: "p" });
  await open.send("POST", "/tasks", { task: "works", id: "t", tenant: "ada" });
  expect((await open.send("GET", "/futures?ids=p,t", undefined, BOB)).status).toBe(200);
});

const role = (arn: string) => ({
  requestContext: { authorizer: { iam: { accountId: "123456789012", userArn: arn } } },
});
const SESSION = role("arn:aws:sts::123456789012:assumed-role/Billing/ada@example.com");

describe("which tenant an identity names", () => {
  it.each([
    ["iam:account", SESSION, "123456789012"],
    ["iam:role", SESSION, "123456789012/Billing"],
    ["iam:session", SESSION, "ada@example.com"],
    ["custom:tenant", jwtOf("ada"), "ada"],
    ["custom:tenant", jwtOf(7), "7"],
  ])("%s", (claim, event, tenant) => {
    expect(tenantOf(event, claim)).toBe(tenant);
  });

  it.each([
    [
      "a user where roles are asked for",
      "iam:role",
      role("arn:aws:iam::123456789012:user/Billing/x"),
    ],
    ["an empty claim", "custom:tenant", jwtOf("")],
    ["a list of two", "custom:tenant", jwtOf("[ada bob]")],
    ["a property that all objects have", "constructor", jwtOf("ada")],
    ["a claim too long for a message group", "custom:tenant", jwtOf("x".repeat(129))],
    ["a signature where a JWT is asked for", "custom:tenant", SESSION],
    ["no authorizer", "iam:role", {}],
  ])("none by %s", (_, claim, event) => {
    expect(() => tenantOf(event, claim)).toThrow(
      expect.objectContaining({ name: "ForbiddenError" }),
    );
  });
});
