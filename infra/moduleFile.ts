/**
 * Files of ours that are named by path: TypeScript in the repository, JavaScript in the package.
 */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @param path of the module, without its extension, as seen from the module that names it
 * @param from `import.meta.url` of that module, whose extension is the other's too
 * @example
 * moduleFile("../examples/tasks", import.meta.url); // …/examples/tasks.ts, or dist/examples/tasks.js
 */
export function moduleFile(path: string, from: string): string {
  return fileURLToPath(new URL(`${path}${extname(from)}`, from));
}
