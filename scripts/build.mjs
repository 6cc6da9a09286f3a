// Compiles the package into dist/: JavaScript and declarations. Nothing in the repository runs from
// there; Node runs the sources as they are.

import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

// What was renamed since the last build must not stay in the package.
rmSync(dist, { recursive: true, force: true });
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
execFileSync(process.execPath, [compiler, "--project", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});

// The package.json above maps #tasks to TypeScript, which Node does not run in node_modules.
const scope = { type: "module", sideEffects: false, imports: { "#tasks": "./examples/tasks.js" } };
writeFileSync(join(dist, "package.json"), `${JSON.stringify(scope, null, 2)}\n`);
