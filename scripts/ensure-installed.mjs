// Runs before every npm script a newcomer may try first. Plain JavaScript for Node 20: it must run
// before anything is installed. It installs from package-lock.json when node_modules is missing or
// does not hold what the lock file says, and is silent otherwise (a tenth of a second).

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED_NODE = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const reason = whyInstall();
if (reason !== undefined) install(reason);
refuseOldNode();

/**
 * Why an installation is needed, or undefined if none is. npm notes what it installed in
 * node_modules/.package-lock.json, as its last step; comparing that note with the lock file also
 * finds an installation that was broken off.
 */
function whyInstall() {
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (wanted === undefined) fail("package-lock.json is missing or unreadable: clone again.");
  if (!existsSync(join(root, "node_modules"))) return "node_modules is missing";
  const present = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (present === undefined) return "the last installation did not finish";
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const found = present[path];
    // Optional packages for other platforms are in the lock file and never on this machine.
    if (found === undefined && (entry.optional || entry.devOptional)) continue;
    if (found?.version !== entry.version) return "package-lock.json has changed";
  }
  return undefined;
}

/** @param {string} file @returns {Record<string, any> | undefined} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** @param {string} why */
function install(why) {
  console.log(`forerun: ${why}; installing with "npm ci" (about half a minute) …`);
  const started = Date.now();
  // The npm that runs this script, if one does; --loglevel=error leaves out the engine warnings,
  // which do not apply: Node 24 is among the packages.
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  const run = npm?.endsWith(".js")
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (run.error !== undefined || run.status !== 0) {
    const said = `${run.stdout ?? ""}${run.stderr ?? ""}`.trim();
    fail(`"npm ci" failed.\n${run.error?.message ?? said}`);
  }
  console.log(`forerun: installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

/** On platforms without a packaged Node 24 the machine's own has to be new enough. */
function refuseOldNode() {
  const packaged = existsSync(join(root, "node_modules", ".bin", "node"));
  const major = Number(process.versions.node.split(".")[0]);
  if (packaged || major >= NEEDED_NODE) return;
  fail(`Node ${NEEDED_NODE} or newer is needed; this is ${process.version} (${process.execPath}).`);
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`forerun: ${message}`);
  process.exit(1);
}
