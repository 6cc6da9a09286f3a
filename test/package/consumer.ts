/**
 * A copy of examples/consumer with the packed tarball installed. Nothing is downloaded: all other
 * packages are links to those of this repository.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Consumer {
  /** Its directory. */
  directory: string;
  /** Paths of the files in the tarball. */
  files: readonly string[];
  /** Runs Node there; gives what it printed. */
  node(args: readonly string[], env?: Record<string, string>): string;
  /** Path of a program of a package. */
  bin(name: string): string;
  remove(): void;
}

export function installConsumer(): Consumer {
  const top = mkdtempSync(join(tmpdir(), "forerun-package-"));
  const directory = join(top, "consumer");
  cpSync(join(ROOT, "examples", "consumer"), directory, {
    recursive: true,
    filter: (path) => !/node_modules|cdk\.out|\.forerun/.test(path.slice(ROOT.length)),
  });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", top], { cwd: ROOT });
  const [tarball = ""] = readdirSync(top).filter((name) => name.endsWith(".tgz"));
  const listed = execFileSync("tar", ["-tzf", join(top, tarball)], { encoding: "utf8" });
  const modules = join(directory, "node_modules");
  const installed = join(modules, "forerun");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(top, tarball), "-C", installed, "--strip-components=1"]);
  linkPackages(modules);
  const node = (args: readonly string[], env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: directory,
      env: { ...process.env, ...env },
      encoding: "utf8",
      timeout: 150_000,
    });
    // A compiler says on its standard output what is wrong.
    if (status !== 0) throw new Error(`node ${args.join(" ")} failed:\n${stdout}${stderr}`);
    return stdout;
  };
  return {
    directory,
    files: listed
      .trim()
      .split("\n")
      .map((path) => path.replace("package/", "")),
    node,
    bin: (name) => binOf(modules, name),
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}

function linkPackages(modules: string): void {
  const from = join(ROOT, "node_modules");
  for (const name of readdirSync(from).filter((each) => !each.startsWith("."))) {
    if (!existsSync(join(modules, name))) symlinkSync(join(from, name), join(modules, name));
  }
}

function binOf(modules: string, name: string): string {
  const file = join(modules, name, "package.json");
  const { bin } = JSON.parse(readFileSync(file, "utf8")) as { bin: Record<string, string> };
  return join(dirname(file), Object.values(bin)[0] ?? "");
}

/** Starts the embedded cloud by the package's own program; serves until it is stopped. */
export async function startConsumer({ bin, directory }: Consumer) {
  const flags = ["start", "--tasks", "src/tasks.ts", "--port", "0"];
  const child = spawn(process.execPath, [bin("forerun"), ...flags], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (endpoint === undefined || !line.includes("➜")) continue;
    // Nobody reads on: what it prints must not fill the pipe.
    child.stdout.resume();
    const stop = () => {
      child.kill("SIGTERM");
      return ended;
    };
    return { endpoint, stop };
  }
  throw new Error("forerun start ended before it served.");
}
