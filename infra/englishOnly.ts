/**
 * A plugin of esbuild that leaves out zod's messages in languages other than English: zod exports
 * all of them as an object, which nothing shakes off, and they are more than half of its size.
 */
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";

const ZOD = /[\\/]node_modules[\\/]zod[\\/]v4[\\/]/;

export const englishOnly: Plugin = {
  name: "english-only",
  setup(build) {
    build.onResolve({ filter: /^\.\.\/locales\/index\.c?js$/ }, ({ path, importer }) =>
      ZOD.test(importer)
        ? { path: join(dirname(importer), path), namespace: "english-only", sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "english-only" }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(path),
    }));
  },
};
