/**
 * The commands that call the API, against a server in memory.
 */
import { afterEach, expect, test, vi } from "vitest";
import { useFakeServer } from "../client/setup.ts";
import { runCli } from "./runCli.ts";

const it = useFakeServer();
afterEach(() => vi.unstubAllEnvs());

const at = () => ["--endpoint", it.endpoint];

test("submit sends the task with its options and shows the future", async () => {
  const { code, out } = await runCli(
    ...["submit", "slow", '{"value":1}', "--priority=-2", "--id", "abc", "--tenant", "a"],
    ...["--delay", "0.5", "--json", ...at()],
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ id: "abc", state: "pending" });
  expect(it.server.callsTo("POST", "/tasks")[0]?.body).toEqual({
    ...{ task: "slow", input: { value: 1 }, priority: -2, id: "abc", tenant: "a" },
    delaySeconds: 0.5,
  });
});

test("submit --wait prints the result", async () => {
  const waiting = runCli("submit", "slow", "--id", "w", "--wait", ...at());
  await expect.poll(() => it.server.futures.size).toBe(1);
  it.server.futures.settle("w", { result: { answer: 42 } });
  expect(await waiting).toMatchObject({ code: 0, out: '{"answer":42}' });
});

test("get --wait of a failed future prints its error and exits with 1", async () => {
  const { id } = await it.forerun.submit("slow");
  it.server.futures.settle(id, { error: { name: "CardError", message: "refused" } });
  expect(await runCli("get", id, "--wait", ...at())).toEqual({
    code: 1,
    out: "",
    err: "CardError: refused",
  });
});

test("get shows what is known, a line each", async () => {
  const { id } = await it.forerun.submit("slow");
  it.server.futures.settle(id, { result: [1] });
  const { code, out } = await runCli("get", id, ...at());
  expect(code).toBe(0);
  expect(out).toContain(`id         ${id}`);
  expect(out).toContain("result     [1]");
});

test("cancel exits with 1 if the future had settled", async () => {
  const { id } = await it.forerun.submit("slow");
  expect(await runCli("cancel", id, ...at())).toMatchObject({ code: 0 });
  const again = await runCli("cancel", id, "--json", ...at());
  expect(again).toMatchObject({ code: 1, out: '{"cancelled":false}' });
  expect(again.err).toMatch(/settled already/);
});

test("bands prints a table, or the answer as JSON", async () => {
  const body = JSON.stringify({ bands: [{ name: "high", waiting: 12 }] });
  it.server.fault = ({ path }) => (path === "/bands" ? { status: 200, body } : undefined);
  expect((await runCli("bands", ...at())).out).toBe("name  waiting\nhigh  12");
  expect((await runCli("bands", "--json", ...at())).out).toBe(body);
});

test("bands pause and resume name band and pool, wherever the options stand", async () => {
  const asked: string[] = [];
  it.server.fault = ({ method, path, query }) => {
    asked.push(`${method} ${path} ${query}`);
    return { status: 200, body: JSON.stringify({ name: "low", ready: 3, paused: true }) };
  };
  const paused = await runCli("bands", "pause", "low", "--pool", "gpu", ...at());
  expect(paused.out).toBe("The band low is paused in the pool gpu; about 3 tasks are ready in it.");
  const resumed = await runCli("bands", ...at(), "--json", "resume", "low");
  expect(JSON.parse(resumed.out)).toMatchObject({ name: "low" });
  expect(asked).toEqual(["POST /bands/low/pause pool=gpu", "POST /bands/low/resume "]);
});

test("what the deployment refuses is told, with exit code 1", async () => {
  expect(await runCli("get", "nothing", ...at())).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^NotFoundError: /),
  });
  expect(await runCli("submit", "unknown", ...at())).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^BadRequestError: .*no task is named/),
  });
});

test.each([
  [["submit", "echo", "{value:1}"], /It is no JSON/],
  [["submit", "echo", "--priority", "high"], /Use an integer/],
  [["get"], /missing required argument/],
  [["fly"], /unknown command/],
  [["requeue"], /--stack/],
])("a wrong command line exits with 2 and says what is wrong (%j)", async (argv, message) => {
  const { code, err } = await runCli(...argv);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test("requests carry a token, from the command line or the environment", async () => {
  const { id } = await it.forerun.submit("slow");
  await runCli("get", id, "--token", "abc", ...at());
  vi.stubEnv("FORERUN_TOKEN", "def");
  await runCli("get", id, ...at());
  const sent = it.server.callsTo("GET", "/futures").map(({ headers }) => headers.authorization);
  expect(sent).toEqual(["Bearer abc", "Bearer def"]);
});

test("requests are signed where --sign says so", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", "eu-west-1");
  const { id } = await it.forerun.submit("slow");
  await runCli("get", id, "--sign", ...at());
  const [call] = it.server.callsTo("GET", "/futures");
  expect(call?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=key.*execute-api/);
});

test("without a deployment it says how to name one", async () => {
  vi.stubEnv("FORERUN_URL", "");
  expect(await runCli("get", "x")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--endpoint URL, or FORERUN_URL/),
  });
});

test("--help exits with 0", async () => {
  const { code, out } = await runCli("--help");
  expect(code).toBe(0);
  for (const command of [
    "submit",
    "get",
    "cancel",
    "bands",
    "dead-letters",
    "doctor",
    "requeue",
    "start",
  ]) {
    expect(out).toContain(command);
  }
});
