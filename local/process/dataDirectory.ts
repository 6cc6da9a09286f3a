/**
 * Where a cloud keeps its table and logs.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
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
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "forerun-")));
  return {
    path: temporary,
    release: () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }),
  };
}
