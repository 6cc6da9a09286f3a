/**
 * Tokens of promises by the SDK, against the API's own code: a token that is lost with an answer, or
 * shown to the wrong side, would leave an approval that nobody or anybody can give.
 */
import { beforeEach, expect, it } from "vitest";
import { Forerun, InvalidStateError, settleByToken } from "../../client/index.ts";
import { type Apps, startApps } from "../http/apps.ts";
import { QUICK } from "./setup.ts";

const endpoint = "http://forerun.test";

let apps: Apps;
let bodies: string[];
let lose = 0;
beforeEach(() => {
  apps = startApps();
  bodies = [];
});

const fetch = async (url: string, init: RequestInit) => {
  bodies.push(String(init.body));
  const path = url.slice(endpoint.length);
  const headers = init.headers as Record<string, string>;
  const { status, text } = await apps.send(String(init.method), path, init.body ?? undefined, {
    headers,
  });
  if (lose-- > 0) throw new TypeError("the answer is lost");
  return new Response(text, { status });
};

const client = () => new Forerun({ endpoint, fetch, retry: QUICK });

it("a lost answer loses no token", async () => {
  lose = 2;
  const promise = await client().promise<string>({ token: true });
  expect(bodies).toHaveLength(3);
  await settleByToken({ endpoint, fetch, id: promise.id, token: promise.token, result: "yes" });
  expect(await promise.result()).toBe("yes");
});

it("the deployment is told the token when it is used, and not before", async () => {
  const promise = await client().promise({ token: true, timeoutSeconds: 60 });
  expect(bodies.join()).not.toContain(promise.token);
  expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ timeoutSeconds: 60 });
});

it("a promise without a token has none, and is asked for as before", async () => {
  const promise = await client().promise();
  expect(promise.token).toBeUndefined();
  expect(Object.keys(JSON.parse(bodies[0] ?? ""))).toEqual(["id"]);
});

it("an error arrives, and a second answer is refused as a second settling is", async () => {
  const { id, token, ...promise } = await client().promise({ token: true });
  const error = new RangeError("too much");
  const common = { endpoint, fetch, retry: QUICK, id, token };
  lose = 1;
  await settleByToken({ ...common, error });
  await expect(settleByToken({ ...common, result: 1 })).rejects.toThrow(InvalidStateError);
  await expect(client().future(id).result()).rejects.toThrow("too much");
  expect(promise).toBeDefined();
});

it("a wrong token is refused", async () => {
  const { id } = await client().promise({ token: true });
  const wrong = settleByToken({ endpoint, fetch, id, token: "guess", result: 1 });
  await expect(wrong).rejects.toMatchObject({ status: 403 });
});
