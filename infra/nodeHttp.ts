/**
 * A plugin of esbuild that gets `node:http` by a call instead of by an import. An import of it reads
 * all that it exports, and with `WebSocket` that is undici: about as much to load as the rest of a
 * function together, which nothing of ours uses.
 */
import type { Plugin } from "esbuild";

export const nodeHttp: Plugin = {
  name: "node-http",
  setup(build) {
    build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === "import-statement" || kind === "dynamic-import"
        ? { path: "node:http", namespace: "node-http" }
        : undefined,
    );
    // As a CommonJS module: its importers read only what they name.
    build.onLoad({ filter: /.*/, namespace: "node-http" }, () => ({
      contents: 'module.exports = process.getBuiltinModule("node:http");',
      loader: "js",
    }));
  },
};
