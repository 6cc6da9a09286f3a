/**
 * Results that are downloaded: whatever goes wrong on the way, and what must not go there.
 */
import { expect, it } from "vitest";
import { Forerun } from "../../client/index.ts";
import type { Download, Future } from "../../core/wire.ts";
import { QUICK } from "./setup.ts";

const API = "https://api.example";
const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();

interface Request {
  url: string;
  headers: Headers;
}

/** A client of an API that has one large result; the bucket answers what it is told, in turn. */
function client(...answers: (Response | Error)[]) {
  const requests: Request[] = [];
  let reads = 0;
  const fetch = async (url: string, init: RequestInit) => {
    requests.push({ url, headers: new Headers(init.headers) });
    if (url.startsWith(API)) return Response.json(future(++reads));
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? new Response("no answer was planned", { status: 400 });
  };
  const forerun = new Forerun({
    endpoint: API,
    headers: { authorization: "secret", "x-mine": "1" },
    fetch,
    retry: QUICK,
  });
  const downloads = () => requests.filter(({ url }) => !url.startsWith(API));
  return { forerun, downloads };
}

/** Each read gives another address. */
function future(read: number): Future {
  const url = `https://bucket.example/results/a/1?read=${read}`;
  const download: Download = { url, expiresAt: HOUR_AGO, bytes: 9, sha256: "" };
  const state = "succeeded";
  return { id: "a", kind: "task", state, attempts: 1, createdAt: HOUR_AGO, download };
}

const status = (code: number) => new Response("<Error/>", { status: code });

it("the result is what stands at the address, and nothing of the API's is sent there", async () => {
  const { forerun, downloads } = client(Response.json({ much: 1 }));
  expect(await forerun.future("a").result()).toEqual({ much: 1 });
  const [{ headers } = { headers: new Headers() }] = downloads();
  expect([...headers.keys()]).toEqual([]);
});

it("a lost answer, a 500 and a 503 are repeated", async () => {
  const lost = new TypeError("terminated");
  const { forerun, downloads } = client(lost, status(500), status(503), Response.json("at last"));
  expect(await forerun.future("a").result()).toBe("at last");
  expect(downloads()).toHaveLength(4);
});

it("for an address whose time is over another one is asked for", async () => {
  const { forerun, downloads } = client(status(403), Response.json("anew"));
  expect(await forerun.future("a").result()).toBe("anew");
  expect(downloads().map(({ url }) => url.split("?")[1])).toEqual(["read=1", "read=2"]);
});

it("a handle that knew its address long ago gives the result again", async () => {
  const { forerun } = client(Response.json(1), status(403), Response.json(1));
  const handle = forerun.future("a");
  expect([await handle.result(), await handle.result()]).toEqual([1, 1]);
});

it("a result that has gone is an error that says so, and not asked for for ever", async () => {
  const { forerun, downloads } = client(status(403), status(404));
  await expect(forerun.future("a").result()).rejects.toMatchObject({
    name: "NotFoundError",
    message: "The result of a does not exist any more: it has expired.",
  });
  expect(downloads()).toHaveLength(2);
});

it("a bucket that cannot be reached is named", async () => {
  const { forerun } = client(...Array.from({ length: 5 }, () => new TypeError("fetch failed")));
  await expect(forerun.future("a").result()).rejects.toThrow(
    "No answer from https://bucket.example",
  );
});
