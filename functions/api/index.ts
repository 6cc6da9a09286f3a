/**
 * The function behind all calls but reads of futures: wiring only.
 */
import { readFileSync } from "node:fs";
import { createPorts } from "../../aws/ports.ts";
import type { Manifest } from "../../core/wire.ts";
import { readTenantClaim } from "../http/caller.ts";
import { lambdaHandler } from "../http/lambda.ts";
import { createLogger } from "../observe/logger.ts";
import { createApi } from "./app.ts";

const logger = createLogger("api");

/** Files that are made at synthesis; they stand beside this bundle. */
const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

const manifest = JSON.parse(read("./manifest.json")) as Manifest;

export const handler = lambdaHandler(
  createApi({
    ports: createPorts(process.env),
    manifest,
    document: () => read("./openapi.json"),
    logger,
    tenantClaim: readTenantClaim(process.env),
  }),
);
