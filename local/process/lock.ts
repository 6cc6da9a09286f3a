/**
 * Keeps two embedded clouds from using the same data directory.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalCloudError } from "../errors.ts";
import { isObject } from "../json.ts";

export interface Lock {
  /** Notes the emulator that works on the directory, for whoever must clear up after us. */
  note(dynamoPid: number): void;
  release(): void;
}

interface Holder {
  pid: number;
  /** When the process started, to tell it from a later one with the same id. */
  started: string;
  dynamoPid?: number;
}

/** Directories that this very process holds. */
const held = new Set<string>();

/**
 * Takes the directory; a lock whose process has ended is taken over, and so is its emulator.
 * @throws LocalCloudError if a cloud runs on the directory
 */
export function lockDirectory(directory: string): Lock {
  const file = join(directory, "lock");
  const holder: Holder = { pid: process.pid, started: startOf(process.pid) };
  for (let tries = 0; !create(file, holder); tries++) {
    const other = read(file);
    if (other && isAlive(other, directory)) {
      throw new LocalCloudError(
        `The data directory ${directory} is in use by process ${other.pid}. Stop that one, or ` +
          "choose another directory with --data DIR.",
      );
    }
    if (tries > 5) throw new LocalCloudError(`The lock ${file} cannot be taken; remove it.`);
    if (other?.dynamoPid) endDynamo(other.dynamoPid, directory);
    rmSync(file, { force: true });
  }
  held.add(directory);
  return {
    note: (dynamoPid) => writeFileSync(file, JSON.stringify({ ...holder, dynamoPid })),
    release() {
      held.delete(directory);
      rmSync(file, { force: true });
    },
  };
}

function create(file: string, holder: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(file: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isObject(holder) && typeof holder.pid === "number"
      ? (holder as unknown as Holder)
      : undefined;
  } catch {
    return undefined; // removed in between, or half written by a process that was killed
  }
}

function isAlive({ pid, started }: Holder, directory: string): boolean {
  // In a container, a new process easily has the very id of the one before.
  if (pid === process.pid) return held.has(directory);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = startOf(pid);
  return now === "" || started === "" || now === started;
}

/** Linux tells when a process started (in ticks since boot); elsewhere the text is empty. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold blanks; the start is the 22nd field, 20th after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function endDynamo(pid: number, directory: string): void {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (command.includes("dynoxide") && command.includes(directory)) process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, as it should have.
  }
}
