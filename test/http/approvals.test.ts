/**
 * Promises that a token settles: what a stranger, a thief of the table, a log or a second click
 * could make of them.
 */
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { type Apps, jwtOf, startApps, stored } from "./apps.ts";

let apps: Apps;
beforeEach(() => {
  apps = startApps();
});

async function make(fields: Record<string, unknown> = {}): Promise<string> {
  const made = await apps.send("POST", "/promises", { id: "p", token: true, ...fields });
  expect(made.status).toBe(201);
  return made.body.token;
}

const approve = (id: string, body: unknown, headers = {}) =>
  apps.send("POST", `/approvals/${id}`, body, { headers });

it("settles the promise, and tells the token's holder no more of it", async () => {
  const token = await make();
  expect(await approve("p", { token, result: { by: "Ada" } })).toMatchObject({
    status: 200,
    body: { id: "p", state: "succeeded" },
  });
  const { body } = await apps.send("GET", "/futures/p");
  expect(body).toMatchObject({ state: "succeeded", result: { by: "Ada" } });
});

it("settles it with an error, the token in a header", async () => {
  const authorization = `Bearer ${await make()}`;
  const error = { name: "Refused", message: "not this month" };
  const answer = await approve("p", { error }, { authorization });
  expect(answer.body).toEqual({ id: "p", state: "failed" });
  expect((await apps.send("GET", "/futures/p")).body.error).toEqual(error);
});

it("works for people without an identity in a deployment with tenants", async () => {
  apps = startApps("custom:tenant");
  const made = await apps.send(
    "POST",
    "/promises",
    { id: "p", token: true },
    { event: jwtOf("ada") },
  );
  expect((await approve("p", { token: made.body.token, result: 1 })).status).toBe(200);
});

it("tells nobody whether a promise exists, or has a token", async () => {
  const token = await make();
  await apps.send("POST", "/promises", { id: "bare" });
  await apps.send("POST", "/tasks", { id: "task", task: "works" });
  const other = (await apps.send("POST", "/promises", { id: "q", token: true })).body.token;
  const tries = [
    ["p", other],
    ["p", `${token}x`],
    ["p", ""],
    ["bare", token],
    ["task", token],
    ["nobody", token],
  ];
  const answers = [];
  for (const [id = "", wrong] of tries)
    answers.push(await approve(id, { token: wrong, result: 1 }));
  expect(answers[0]?.status).toBe(403);
  for (const each of answers) expect(each).toEqual(answers[0]);
  expect((await apps.send("GET", "/futures/p")).body.state).toBe("pending");
});

it("a second click is a repeat, and a second answer is refused", async () => {
  const token = await make();
  await approve("p", { token, result: true });
  expect((await approve("p", { token, result: true })).status).toBe(200);
  expect((await approve("p", { token, result: false })).status).toBe(409);
});

it.each(["cancelled", "timed out"])(
  "a token of a promise that was %s is worth nothing",
  async (how) => {
    const token = await make({ timeoutSeconds: 60 });
    if (how === "cancelled") await apps.send("POST", "/futures/p/cancel");
    else {
      apps.ports.clock.advance(61_000);
      const error = { name: "TimeoutError", message: "over" };
      await apps.send("POST", "/futures/p/settle", { error });
    }
    expect((await approve("p", { token, result: 1 })).status).toBe(409);
  },
);

it("neither table nor logs nor any read gives the token away", async () => {
  const token = await make();
  await approve("p", { token: `${token.slice(1)}x`, result: 1 });
  await approve("p", { token, result: 1 });
  await approve("p", `{"token": "${token}", `);
  expect(JSON.stringify(await stored(apps))).not.toContain(token);
  expect(apps.logged.join()).not.toContain(token);
  expect((await apps.send("GET", "/futures/p")).text).not.toMatch(/token|approval/);
});

it("a repeat of the call that made it does not show its token again", async () => {
  const token = await make();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(await make()).toBeUndefined();
  expect((await approve("p", { token, result: 1 })).status).toBe(200);
});

it("a call with a hash in place of a token may be repeated", async () => {
  const token = "x".repeat(43);
  const tokenHash = createHash("sha256").update(token).digest("base64url");
  const hash = () => apps.send("POST", "/promises", { id: "h", tokenHash });
  expect((await hash()).body.token).toBeUndefined();
  expect((await hash()).status).toBe(201);
  expect((await apps.send("POST", "/promises", { id: "h" })).status).toBe(409);
  expect((await approve("h", { token, result: 1 })).status).toBe(200);
});

describe("requests that are wrong name the field", () => {
  it.each([
    ["no token", "/approvals/p", { result: 1 }, {}, "token"],
    [
      "two tokens",
      "/approvals/p",
      { token: "a", result: 1 },
      { authorization: "Bearer b" },
      "token",
    ],
    ["no outcome", "/approvals/p", { token: "a" }, {}, "result"],
    ["a token in the query", "/approvals/p?token=a", { result: 1 }, {}, "token"],
    ["token and hash", "/promises", { token: true, tokenHash: "x".repeat(43) }, {}, "tokenHash"],
    ["a hash that is none", "/promises", { tokenHash: "abc" }, {}, "tokenHash"],
  ])("%s", async (_, path, body, headers, field) => {
    const answer = await apps.send("POST", path, body, { headers });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].field).toBe(field);
  });
});

it.each(["/approvals/../tasks", "/approvals/%2e%2e/tasks", "/tasks", "/approvals/x/../../tasks"])(
  "nobody comes to another call by the public route: %s",
  async (path) => {
    const event = { routeKey: "POST /approvals/{id}" };
    const answer = await apps.send("POST", path, { task: "works" }, { event });
    expect(answer.status).toBe(403);
    expect(await stored(apps)).toEqual([]);
  },
);
