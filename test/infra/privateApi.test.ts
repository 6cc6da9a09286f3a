/**
 * The private API: the settings of a REST API's stage name methods by their paths, and AWS refuses a
 * stage whose settings name one that is not there, once all else is deployed.
 */
import { expect, test } from "vitest";
import { resolveThrottle, THROTTLED_CALLS } from "../../infra/throttle.ts";
import { all, target } from "./support/resources.ts";
import { templates } from "./support/variants.ts";

const { private: template } = templates("private");

const [stage, ...otherStages] = all(template, "AWS::ApiGateway::Stage");
const methods = all(template, "AWS::ApiGateway::Method");

/** The path of the setting for all methods that have none of their own. */
const ALL = "/*";

interface Setting {
  HttpMethod: string;
  ResourcePath: string;
  [setting: string]: unknown;
}

/** `GET /futures/{id}`, by the resources that lead to the method. */
function callOf({ HttpMethod, ResourceId }: { HttpMethod: string; ResourceId: unknown }): string {
  const resources = all(template, "AWS::ApiGateway::Resource");
  const pathOf = (reference: unknown): string => {
    const found = resources.find(({ id }) => id === target(reference));
    return found ? `${pathOf(found.is.ParentId)}/${found.is.PathPart}` : "";
  };
  return `${HttpMethod} ${pathOf(ResourceId)}`;
}

/** `/~1tasks~1batch` is `/tasks/batch`. */
function callOfSetting({ HttpMethod, ResourcePath }: Setting): string {
  return `${HttpMethod} ${ResourcePath.slice(1).replaceAll("~1", "/")}`;
}

test("each call that has limits of its own is a method of the API, with those limits and no more", () => {
  expect(otherStages).toEqual([]);
  const settings = stage?.is.MethodSettings as Setting[];
  const calls = methods.map(({ is }) => callOf(is));
  expect(calls).toContain("ANY /tasks/{rest+}");
  const limits = resolveThrottle();
  const own = THROTTLED_CALLS.filter((call) => call !== "POST /approvals/{id}");
  for (const call of own) expect(calls).toContain(call);
  expect(settings.filter(({ ResourcePath }) => ResourcePath !== ALL)).toHaveLength(own.length);
  // No level of logs and no traced data: they need a role of the account's, and log what callers send.
  for (const setting of settings) {
    const isAll = setting.ResourcePath === ALL;
    const of = isAll ? limits : limits.routes[callOfSetting(setting) as (typeof own)[number]];
    const { HttpMethod, ResourcePath, ...rest } = setting;
    expect(rest, `${HttpMethod} ${ResourcePath}`).toEqual({
      DataTraceEnabled: false,
      ThrottlingRateLimit: of?.requestsPerSecond,
      ThrottlingBurstLimit: of?.burst,
    });
  }
});

test("what is deployed has all methods: those that come later would answer 403", () => {
  const deployments = template.findResources("AWS::ApiGateway::Deployment");
  const { DependsOn } = deployments[target(stage?.is.DeploymentId)] ?? {};
  for (const { id } of methods) expect(DependsOn).toContain(id);
});
