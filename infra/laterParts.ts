/**
 * A plugin of esbuild that leaves out what our code and the SDK import dynamically, to be bundled by
 * itself. Within one bundle, whatever such a part shares with the start by way of an index file
 * (`export * from …`) becomes part of the start, needed there or not: the SDK's protocols with XML,
 * for S3, were read by every function.
 *
 * A part has copies of its own of what it imports. So it may hold no state that others should see,
 * and what it throws is told by `name`, not by `instanceof`. What a user's tasks import dynamically
 * may do both, and stays in the bundle.
 */
import { isBuiltin } from "node:module";
import { basename } from "node:path";
import type { Plugin } from "esbuild";
import { isOwnCode } from "./ownCode.ts";

const SDK = /[\\/]node_modules[\\/]@(aws-sdk|smithy)[\\/]/;

/** Looks up errors in a registry that the client fills, perhaps one of a user's tasks. */
const SHARED = "@smithy/core/event-streams";

/** Marks the plugin's own question of where a module is. */
const ASKED = Symbol("asked");

export interface LaterParts {
  plugin: Plugin;
  /** Path of each part's module, by the name of the file that is asked for without its end. */
  found: ReadonlyMap<string, string>;
}

/** @param root the package's directory */
export function laterParts(root: string): LaterParts {
  const found = new Map<string, string>();
  const cuts = (importer: string) => SDK.test(importer) || isOwnCode(root, importer);

  const plugin: Plugin = {
    name: "later-parts",
    setup(build) {
      build.onResolve(
        { filter: /.*/ },
        async ({ path, pluginData, kind, importer, resolveDir }) => {
          if (kind !== "dynamic-import" || pluginData === ASKED) return undefined;
          if (isBuiltin(path) || path === SHARED || !cuts(importer)) return undefined;
          const module = await build.resolve(path, {
            kind,
            importer,
            resolveDir,
            pluginData: ASKED,
          });
          if (module.errors.length > 0 || module.external) return module;
          const name = nameOf(path, module.path);
          found.set(name, module.path);
          return { path: `./${name}.mjs`, external: true };
        },
      );
    },
  };
  return { plugin, found };

  /** Told apart by a number, should two modules have the same name. */
  function nameOf(asked: string, path: string): string {
    const name = `later-${basename(asked).replace(/\.\w+$/, "")}`;
    for (let n = 1; ; n += 1) {
      const tried = n === 1 ? name : `${name}-${n}`;
      if ((found.get(tried) ?? path) === path) return tried;
    }
  }
}
