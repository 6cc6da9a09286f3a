/**
 * Reads a cloud assembly (`cdk.out`): the template of its one stack, and its assets.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LocalCloudError, messageOf } from "../errors.ts";
import type { Json } from "../json.ts";
import type { Template } from "./document.ts";

export interface Assembly {
  stackName: string;
  template: Template;
  /** Directories of the file assets by the key under which CDK would upload them. */
  assets: ReadonlyMap<string, string>;
}

interface Manifest {
  artifacts?: Record<string, { type: string; properties?: Json }>;
}

interface AssetManifest {
  files?: Record<
    string,
    {
      source: { path?: string; packaging?: string };
      destinations: Record<string, { objectKey: string }>;
    }
  >;
}

/** @throws LocalCloudError if the directory holds no assembly, or not exactly one stack */
export function readAssembly(directory: string): Assembly {
  const manifest = readJson<Manifest>(join(directory, "manifest.json"));
  const artifacts = Object.entries(manifest.artifacts ?? {});
  const stacks = artifacts.filter(([, artifact]) => artifact.type === "aws:cloudformation:stack");
  const stack = stacks[0];
  if (!stack || stacks.length > 1) {
    const names = stacks.map(([id]) => id).join(", ") || "none";
    throw new LocalCloudError(
      `The assembly ${directory} must hold exactly one stack; it holds ${names}.`,
    );
  }
  const [id, { properties = {} }] = stack;
  return {
    stackName: String(properties.stackName ?? id),
    template: readJson<Template>(join(directory, String(properties.templateFile))),
    assets: readAssets(directory, artifacts),
  };
}

function readAssets(
  directory: string,
  artifacts: [string, { type: string; properties?: Json }][],
): Map<string, string> {
  const assets = new Map<string, string>();
  for (const [, { type, properties }] of artifacts) {
    if (type !== "cdk:asset-manifest") continue;
    const { files = {} } = readJson<AssetManifest>(join(directory, String(properties?.file)));
    for (const { source, destinations } of Object.values(files)) {
      if (!source.path || source.packaging !== "zip") continue;
      for (const { objectKey } of Object.values(destinations)) {
        assets.set(objectKey, resolve(directory, source.path));
      }
    }
  }
  return assets;
}

function readJson<T>(file: string): T {
  if (!existsSync(file)) {
    throw new LocalCloudError(`${file} does not exist; synthesize first (npm run synth).`);
  }
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (cause) {
    throw new LocalCloudError(`${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
