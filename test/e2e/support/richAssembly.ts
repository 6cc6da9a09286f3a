/**
 * A deployment with every option that brings statements of its own: a second pool, reserved slots,
 * tasks that are somebody's functions, notices.
 */
import { fileURLToPath } from "node:url";
import { App, Stack } from "aws-cdk-lib";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { Forerun } from "../../../infra/forerun.ts";
import { BANDS, HEAVY } from "./places.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** @returns the directory of the cloud assembly */
export function synthesizeRich(outdir: string, leaseSeconds: number): string {
  const app = new App({
    outdir,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const stack = new Stack(app, "Forerun");
  const theirs = (id: string) =>
    new Lambda(stack, id, {
      runtime: Runtime.NODEJS_24_X,
      handler: "index.handler",
      code: Code.fromAsset(here("./functions")),
    });
  new Forerun(stack, "Forerun", {
    tasks: here("./richTasks.ts"),
    auth: "open-to-everybody",
    bands: BANDS.map(({ band }) => band),
    leaseSeconds,
    slots: 3,
    reserved: { critical: 2 },
    pools: { [HEAVY]: { slots: 3 } },
    lambdaTasks: {
      double: { lambda: theirs("Doubles"), event: true },
      "heavy-double": { lambda: theirs("DoublesToo"), pool: HEAVY },
    },
  });
  return app.synth().directory;
}
