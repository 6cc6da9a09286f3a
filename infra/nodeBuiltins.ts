/**
 * A plugin of esbuild that reads Node's own modules by a call instead of by an import. An import
 * reads all that a module exports, and some of that is made when it is read: `WebSocket` of
 * `node:http` is undici, as much to load as the rest of a function together; `stdin` of
 * `node:process` and `promises` of `node:fs` are smaller. A call reads what is named.
 */
import { isBuiltin } from "node:module";
import type { Plugin } from "esbuild";

/** Modules by name: what is not imported falls off. */
const NAMED = "node-named";

/** Modules as a whole: their importers read what they name. */
const WHOLE = "node-whole";

export const nodeBuiltins: Plugin = {
  name: "node-builtins",
  setup(build) {
    build.onResolve({ filter: /^(node:)?\w+(\/\w+)*$/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      const name = `node:${path.replace(/^node:/, "")}`;
      if (kind === "import-statement") return { path: name, namespace: NAMED, sideEffects: false };
      return kind === "dynamic-import" ? { path: name, namespace: WHOLE } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: NAMED }, ({ path }) => ({ contents: named(path) }));
    build.onLoad({ filter: /.*/, namespace: WHOLE }, ({ path }) => ({
      contents: `module.exports = ${got(path)};`,
    }));
  },
};

function got(path: string): string {
  return `process.getBuiltinModule(${JSON.stringify(path)})`;
}

/** Reading what nobody imports has no effect that counts: esbuild is told so, and leaves it out. */
function named(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter(
    (name) => name !== "default" && /^[A-Za-z_$][\w$]*$/.test(name),
  );
  return [
    `const __module = /* @__PURE__ */ ${got(path)};`,
    "const __read = (name) => __module[name];",
    "export default __module;",
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ __read("${name}");`),
  ].join("\n");
}
