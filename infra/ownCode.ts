/**
 * Which of the files in a function's bundle are ours. A user's tasks may stand in the same
 * directory, as the examples do.
 */
import { join, sep } from "node:path";

const DIRECTORIES = ["aws", "core", "functions", "worker"];

/** @param root the package's directory */
export function isOwnCode(root: string, path: string): boolean {
  return DIRECTORIES.some((each) => path.startsWith(join(root, each) + sep));
}
