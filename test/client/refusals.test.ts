import { afterEach, expect, it, vi } from "vitest";
import {
  BadRequestError,
  ConflictError,
  Forerun,
  ForerunError,
  NotFoundError,
  RemoteError,
  RequestError,
  TimeoutError,
} from "../../client/index.ts";
import { useFakeServer } from "./setup.ts";

const fixture = useFakeServer({ headers: { authorization: "Bearer token" } });

afterEach(() => vi.unstubAllEnvs());

class Point {
  readonly x = 1;
  readonly hidden = undefined;
}

const cycle: Record<string, unknown> = {};
cycle.self = { again: cycle };

it.each([
  ["a cycle", { a: cycle }, "input.a.self.again", "refers back"],
  ["a BigInt", { sizes: [1, 2n] }, "input.sizes[1]", "BigInt"],
  ["a function", { run: () => 1 }, "input.run", "function"],
  ["a symbol", Symbol("s"), "input", "symbol"],
  ["undefined in a list", [1, undefined], "input[1]", "use null"],
  ["a hole in a list", new Array(1), "input[0]", "use null"],
  ["NaN", { ratio: Number.NaN }, "input.ratio", "NaN"],
  ["a Map", new Map([[1, 2]]), "input", "Object.fromEntries"],
  ["a Set", { tags: new Set() }, "input.tags", "[...set]"],
  ["bytes", { data: new Uint8Array(2) }, "input.data", "base64"],
  ["a promise", { later: Promise.resolve(1) }, "input.later", "await it"],
])("%s is refused with its place before anything is sent", async (_, input, field, hint) => {
  const error = await fixture.forerun.submit("echo", input).catch((e) => e);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error.errors).toEqual([{ field, message: expect.stringContaining(hint) }]);
  expect(error.message).toContain(`${field}: `);
  expect(fixture.server.calls).toHaveLength(0);
});

it("what JSON keeps is sent: dates, instances, shared parts, absent properties", async () => {
  const shared = { n: 1 };
  const input = { value: { at: new Date(0), point: new Point(), left: shared, right: shared } };
  const value = await fixture.forerun.submit("echo", input).result();
  expect(value).toEqual({
    at: "1970-01-01T00:00:00.000Z",
    point: { x: 1 },
    left: { n: 1 },
    right: { n: 1 },
  });
});

it("a body of more than 5 MB is refused before anything is sent", async () => {
  const submitted = fixture.forerun.submit("echo", { value: "ü".repeat(2_600_000) });
  await expect(submitted).rejects.toThrow("5,000,000");
  expect(fixture.server.calls).toHaveLength(0);
});

it("errors are rebuilt with name, message and causes", async () => {
  const { forerun, server } = fixture;
  const handle = await forerun.submit<never>("later");
  const inner = { name: "TimeoutError", message: "the printer took too long" };
  const cause = { name: "PrinterError", message: "no paper", cause: inner };
  server.futures.settle(handle.id, { error: { name: "TypeError", message: "wrong", cause } });
  const error = await handle.result().catch((e) => e);
  expect(error).toBeInstanceOf(RemoteError);
  expect(error).toBeInstanceOf(ForerunError);
  expect(error).toMatchObject({ name: "TypeError", message: "wrong", futureId: handle.id });
  expect(error.cause).toBeInstanceOf(RemoteError);
  expect(error.cause).toMatchObject({ name: "PrinterError", message: "no paper" });
  expect(error.cause.cause).toBeInstanceOf(TimeoutError);
  expect(error.cause.cause.cause).toBeUndefined();
  expect(String(error)).toBe("TypeError: wrong");
});

it("an unknown future and a taken id are told apart", async () => {
  const { forerun } = fixture;
  await expect(forerun.future("nowhere").get()).rejects.toBeInstanceOf(NotFoundError);
  await expect(forerun.gather(["nowhere"])).rejects.toBeInstanceOf(NotFoundError);
  await forerun.submit("echo", { value: 1 }, { id: "mine" });
  const taken = await forerun.submit("echo", { value: 2 }, { id: "mine" }).catch((e) => e);
  expect(taken).toBeInstanceOf(ConflictError);
  expect(taken).toBeInstanceOf(RequestError);
  expect(taken).toMatchObject({ status: 409, message: "id: mine is taken." });
});

it("headers go with every request", async () => {
  const handle = await fixture.forerun.submit("later");
  await handle.get();
  const sent = fixture.server.calls.map((call) => call.headers.authorization);
  expect(sent).toEqual(["Bearer token", "Bearer token"]);
});

it("a missing or malformed endpoint is said at once, and FORERUN_URL is the default", async () => {
  vi.stubEnv("FORERUN_URL", undefined);
  expect(() => new Forerun()).toThrow("FORERUN_URL");
  expect(() => new Forerun({ endpoint: "localhost:8080" })).toThrow("no URL of http");
  vi.stubEnv("FORERUN_URL", `${fixture.endpoint}/`);
  expect(await new Forerun().submit("echo", { value: 1 }).result()).toBe(1);
});
