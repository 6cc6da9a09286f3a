/**
 * The manifest of the user's tasks, made at synthesis: what the API validates by without loading a
 * handler, and by which the workers' functions get their time.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigurationError } from "../core/errors.ts";
import type { Manifest } from "../core/wire.ts";
import { moduleFile } from "./moduleFile.ts";

const PRINT = moduleFile("./print-manifest", import.meta.url);

/**
 * Loads the tasks file in a process of its own, so that whatever it does stays there.
 * @throws ConfigurationError that says what is wrong with the file
 */
export function readManifest(tasks: string): Manifest {
  const file = resolve(tasks);
  if (!existsSync(file)) throw new ConfigurationError(`There is no tasks file ${file}.`);
  let printed: string;
  try {
    printed = execFileSync(process.execPath, ["--no-warnings", PRINT, file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const said = String((cause as { stderr?: unknown }).stderr ?? "").trim();
    throw new ConfigurationError(`The tasks file ${file} cannot be used: ${said}`, { cause });
  }
  // What the file itself prints comes before; the manifest is the last line.
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "") as Manifest;
}
