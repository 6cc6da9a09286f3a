/**
 * Settings by which a deployment would be open to all tenants, or closed to everybody: refused at
 * synthesis, or when a function starts.
 */
import type { IVpcEndpoint } from "aws-cdk-lib/aws-ec2";
import { expect, it } from "vitest";
import { readTenantClaim } from "../../functions/http/caller.ts";
import { type ForerunProps, resolveProps } from "../../infra/props.ts";

const jwt = { jwt: { issuer: "https://issuer.example.com", audience: ["forerun"] } };
const endpoint = { vpcEndpointId: "vpce-1" } as IVpcEndpoint;
const resolve = (props: Partial<ForerunProps>) => resolveProps({ tasks: "tasks.ts", ...props });

it.each<[Partial<ForerunProps>, string]>([
  [{ auth: "open-to-everybody", tenantClaim: "custom:tenant" }, "tenantClaim"],
  [{ auth: "iam", tenantClaim: "custom:tenant" }, "tenantClaim"],
  [{ auth: jwt, tenantClaim: "iam:role" }, "tenantClaim"],
  [{ auth: "iam", tenantClaim: "iam:tag" }, "tenantClaim"],
  [{ auth: "iam", tenantClaim: "" }, "tenantClaim"],
  [{ privateEndpoints: [endpoint], tenantClaim: "iam:role" }, "tenantClaim"],
])("%j is refused by name", (props, property) => {
  expect(() => resolve(props)).toThrow(`property ${property}:`);
});

it("identities that fit are taken", () => {
  expect(resolve({ tenantClaim: "iam:role" }).security.tenantClaim).toBe("iam:role");
  const { security } = resolve({ auth: jwt, tenantClaim: "custom:tenant" });
  expect(security).toMatchObject({ auth: jwt, tenantClaim: "custom:tenant" });
});

it("a function does not start with a claim that it does not know", () => {
  expect(() => readTenantClaim({ FORERUN_TENANT_CLAIM: "iam:tag" })).toThrow(/iam:role/);
  expect(readTenantClaim({ FORERUN_TENANT_CLAIM: "" })).toBeUndefined();
});
