/**
 * Where a cloud keeps its table and logs.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface DataDirectory {
  path: string;
  /** Removes it, if it was a temporary one. */
  release(): void;
}

/** @param path undefined for a temporary one */
export function openDataDirectory(path: string | undefined): DataDirectory {
  if (path !== undefined) {
    mkdirSync(path, { recursive: true });
    // One directory has one name here, whichever way it was given: the lock compares them.
    return { path: realpathSync(path), release: () => {} };
  }
  const temporary = realpathSync(mkdtempSync(join(temporaryRoot(), "forerun-")));
  return {
    path: temporary,
    release: () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Linux keeps what is below it in memory; in containers it is often too small to be of use. */
const MEMORY = "/dev/shm";
const ENOUGH_BYTES = 1024 ** 3;

/**
 * What nobody will read again need not survive the machine: the emulator waits for the disk at each
 * write, which takes most of a write's time.
 */
export function temporaryRoot(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= ENOUGH_BYTES) return MEMORY;
  } catch {
    // Not on this system.
  }
  return tmpdir();
}
