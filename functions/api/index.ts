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

/** Made at synthesis; it stands beside this bundle. */
const manifest = JSON.parse(
  readFileSync(new URL("./manifest.json", import.meta.url), "utf8"),
) as Manifest;

export const handler = lambdaHandler(
  createApi({
    ports: createPorts(process.env),
    manifest,
    logger,
    tenantClaim: readTenantClaim(process.env),
  }),
);
