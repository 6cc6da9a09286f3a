/**
 * All functions of a template, by logical id.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Callers } from "../gateway/callers.ts";
import { findNamed } from "../named.ts";
import type { Reaper } from "../process/reaper.ts";
import type { Blueprint } from "../template/blueprint.ts";
import { environmentOf } from "./environment.ts";
import { DEFAULT_CONCURRENCY, LambdaFunction } from "./function.ts";
import { openLogFile } from "./logFile.ts";

export type Functions = ReadonlyMap<string, LambdaFunction>;

export interface FunctionsOptions {
  /** JavaScript with which a process starts. */
  bootstrap: string;
  /** Directory of the log files. */
  logs: string;
  /** Gets the functions' output as well, line by line. */
  show: ((line: string) => void) | undefined;
  callers: Callers;
  gatewayUrl: string;
  reaper: Reaper;
}

export function createFunctions(blueprint: Blueprint, options: FunctionsOptions): Functions {
  const { bootstrap, logs, show, callers, gatewayUrl, reaper } = options;
  mkdirSync(logs, { recursive: true });
  return new Map(
    blueprint.functions.map((spec) => {
      const { accessKeyId } = callers.add("function", spec.label, spec.role, spec.name);
      const log = openLogFile(
        join(logs, `${spec.label}.log`),
        show && ((line) => show(`${spec.label}: ${line}`)),
      );
      const environment = environmentOf(spec, accessKeyId, gatewayUrl);
      const limits = blueprint.mappings
        .filter(({ target }) => target === spec)
        .map(({ maximumConcurrency }) => maximumConcurrency ?? DEFAULT_CONCURRENCY);
      const sum = limits.reduce((all, each) => all + each, 0);
      const limit = limits.length > 0 ? sum : DEFAULT_CONCURRENCY;
      const lambda = new LambdaFunction({ spec, bootstrap, environment, log, reaper }, limit);
      return [spec.logicalId, lambda];
    }),
  );
}

/** @param name logical id, function name, or a part of the logical id that only one has */
export function findFunction(functions: Functions, name: string): LambdaFunction {
  return findNamed([...functions.values()], name, ({ spec }) => [
    spec.label,
    spec.logicalId,
    spec.name,
  ]);
}
