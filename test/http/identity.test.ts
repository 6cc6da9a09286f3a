/**
 * Settings by which a deployment would be open to all tenants, or closed to everybody: refused at
 * synthesis, or when a function starts.
 */
import { expect, it } from "vitest";
import { readTenantClaim } from "../../functions/http/caller.ts";
import { type ForerunProps, resolveProps } from "../../infra/props.ts";

const jwt = { issuer: "https://issuer.example.com", audience: ["forerun"] };
const resolve = (props: Partial<ForerunProps>) => resolveProps({ tasks: "tasks.ts", ...props });

it.each<[Partial<ForerunProps>, string]>([
  [{ auth: "none", tenantClaim: "custom:tenant" }, "tenantClaim"],
  [{ auth: "iam", tenantClaim: "custom:tenant" }, "tenantClaim"],
  [{ auth: "jwt", jwt, tenantClaim: "iam:role" }, "tenantClaim"],
  [{ auth: "iam", tenantClaim: "iam:tag" }, "tenantClaim"],
  [{ auth: "iam", tenantClaim: "" }, "tenantClaim"],
  [{ auth: "jwt" }, "jwt"],
  [{ auth: "iam", jwt }, "jwt"],
  [{ auth: "jwt", jwt: { ...jwt, audience: [] } }, "jwt"],
])("%j is refused by name", (props, property) => {
  expect(() => resolve(props)).toThrow(`property ${property}:`);
});

it("identities that fit are taken", () => {
  expect(resolve({ tenantClaim: "iam:role" }).tenantClaim).toBe("iam:role");
  expect(resolve({ auth: "jwt", jwt, tenantClaim: "custom:tenant" }).jwt).toEqual(jwt);
});

it("a function does not start with a claim that it does not know", () => {
  expect(() => readTenantClaim({ FORERUN_TENANT_CLAIM: "iam:tag" })).toThrow(/iam:role/);
  expect(readTenantClaim({ FORERUN_TENANT_CLAIM: "" })).toBeUndefined();
});
