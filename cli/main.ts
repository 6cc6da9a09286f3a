#!/usr/bin/env node
/**
 * The program `forerun` of the package.
 */
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2));
