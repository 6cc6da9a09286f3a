/**
 * What deploys Forerun, for CDK apps: the construct, and a stack with nothing but it.
 *
 * @example
 * import { App } from "aws-cdk-lib";
 * import { ForerunStack } from "forerun/infra";
 *
 * new ForerunStack(new App(), "Tasks", { tasks: "src/tasks.ts", slots: 20 });
 */
export type { Band, ProbePolicy } from "../core/bands.ts";
export { ConfigurationError } from "../core/errors.ts";
export { Forerun } from "./forerun.ts";
export type { LambdaTaskProps, LambdaTasks } from "./lambdaTasks.ts";
export type { PoolProps, ReservedProps } from "./pools.ts";
export type { ForerunProps } from "./props.ts";
export { ForerunStack } from "./stack.ts";
export { type Synthesized, type SynthesizeOptions, synthesize } from "./synthesize.ts";
