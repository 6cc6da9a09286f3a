/**
 * Synthesizes the stack from a program: what the embedded cloud and tests run.
 */
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { moduleFile } from "./moduleFile.ts";
import type { ForerunProps } from "./props.ts";
import { ForerunStack } from "./stack.ts";

const EXAMPLES = moduleFile("../examples/tasks", import.meta.url);

export interface SynthesizeOptions extends Partial<ForerunProps> {
  /** Where the cloud assembly is written. @default a temporary directory */
  outdir?: string;
}

export interface Synthesized {
  /** Directory of the cloud assembly. */
  directory: string;
  templateFile: string;
}

/**
 * @throws ConfigurationError that names the property, or says what is wrong with the tasks file
 * @example
 * const { directory } = synthesize({ tasks: "src/tasks.ts", outdir: "cdk.out" });
 */
export function synthesize({ outdir, ...props }: SynthesizeOptions = {}): Synthesized {
  const app = new App({
    ...(outdir === undefined ? {} : { outdir }),
    analyticsReporting: false,
    // It takes as long as all else; `npm run synth` and test/infra check the same template.
    builtinCloudFormationValidation: false,
  });
  const stack = new ForerunStack(app, "Forerun", { tasks: EXAMPLES, ...props });
  const { directory } = app.synth();
  return { directory, templateFile: join(directory, stack.templateFile) };
}
