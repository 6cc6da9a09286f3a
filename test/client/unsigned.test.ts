/**
 * Whoever signs nothing loads nothing of AWS: the SDK starts at once, and runs in browsers.
 */
import { expect, it, vi } from "vitest";
import { Forerun, settleByToken } from "../../client/index.ts";

const loaded: string[] = [];
vi.mock("@smithy/signature-v4", () => {
  loaded.push("signature-v4");
  return { SignatureV4: class {} };
});
vi.mock("@aws-sdk/credential-provider-node", () => {
  loaded.push("credentials");
  return { defaultProvider: () => async () => ({ accessKeyId: "a", secretAccessKey: "b" }) };
});

it("an unsigned call loads no AWS package", async () => {
  const fetch = async () => Response.json({ id: "f", state: "pending" });
  await new Forerun({ endpoint: "http://127.0.0.1:4000", fetch }).future("f").get();
  const endpoint = "https://a.execute-api.eu-west-1.amazonaws.com";
  await settleByToken({ endpoint, id: "p", token: "t", result: 1, fetch });
  expect(loaded).toEqual([]);
});

it("a signed one does, so that the test above means something", async () => {
  const endpoint = "https://a.execute-api.eu-west-1.amazonaws.com";
  const forerun = new Forerun({ endpoint });
  await expect(forerun.future("f").get()).rejects.toThrow();
  expect(loaded).toEqual(["signature-v4"]);
});
