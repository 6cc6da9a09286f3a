/**
 * The deployment, for a CDK app.
 *
 * @example
 * import { Forerun } from "forerun/infra";
 *
 * const forerun = new Forerun(this, "Forerun", { tasks: "tasks.ts", reserved: { critical: 4 } });
 */

export type { Band, ProbePolicy } from "../core/bands.ts";
export { ConfigurationError } from "../core/errors.ts";
export { Forerun } from "./forerun.ts";
export type { LambdaTaskProps, LambdaTasks } from "./lambdaTasks.ts";
export type { PoolProps, ReservedProps } from "./pools.ts";
export type { ForerunProps } from "./props.ts";
export { ForerunStack } from "./stack.ts";
export { type Synthesized, type SynthesizeOptions, synthesize } from "./synthesize.ts";
