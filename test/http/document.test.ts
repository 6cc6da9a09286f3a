/**
 * GET /openapi.json: made apart from the functions that serve it, it must not say anything else.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { beforeEach, expect, test } from "vitest";
import { openApiDocument } from "../../functions/http/document.ts";
import { type Apps, startApps } from "./apps.ts";

const { components, paths } = openApiDocument() as {
  components: { schemas: Record<string, object> };
  paths: Record<string, Record<string, object>>;
};

let apps: Apps;

beforeEach(() => {
  apps = startApps();
});

test("every reference leads to a component, and every component is referred to", () => {
  const text = JSON.stringify({ components, paths });
  const named = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, id]) => id);
  expect([...new Set(named)].sort()).toEqual(Object.keys(components.schemas).sort());
  expect(text).not.toContain("$defs");
});

test("defaults need not be given, and nothing is said of how zod checks", () => {
  expect(components.schemas.TaskRequest).toMatchObject({
    required: ["task"],
    additionalProperties: false,
    properties: { priority: { type: "integer", default: 5, description: expect.any(String) } },
  });
  expect(components.schemas.Future).toMatchObject({
    properties: {
      attempts: { type: "integer" },
      createdAt: { type: "string", format: "date-time", example: expect.any(String) },
      download: { $ref: "#/components/schemas/Download" },
      paged: { enum: [true] },
    },
  });
  expect(JSON.stringify(components)).not.toContain(String(Number.MAX_SAFE_INTEGER));
});

test("parameters stand in their places, with what must be given", () => {
  expect(paths["/futures/{id}"]?.get).toMatchObject({
    parameters: [
      { name: "id", in: "path", required: true, schema: { type: "string" } },
      { name: "wait", in: "query", required: false, schema: { type: "number", maximum: 20 } },
    ],
  });
  expect(paths["/futures"]?.get).toMatchObject({
    parameters: [{ name: "ids", in: "query", required: true, schema: { type: "string" } }, {}],
  });
});

test("an answer is as the document says", async () => {
  const ajv = new Ajv2020({ strict: false, schemas: { api: { components } } });
  formats.default(ajv);
  const { status, body } = await apps.send("POST", "/timers", { delaySeconds: 1 });
  expect(status).toBe(201);
  const fits = ajv.getSchema("api#/components/schemas/Future");
  expect(fits?.(body), JSON.stringify(fits?.errors)).toBe(true);
});

test("what is served is what was made", async () => {
  const { body, headers } = await apps.send("GET", "/openapi.json");
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toEqual(openApiDocument());
});
