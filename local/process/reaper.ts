/**
 * Leaves no process behind, however this one ends.
 */
import { type ChildProcess, spawn } from "node:child_process";

export interface Reaper {
  /** From now until it exits, this process and its descendants end when we do. */
  watch(child: ChildProcess): void;
  /** Ends the reaper and whatever it still watches. */
  stop(): void;
}

/**
 * A small shell that reads from a pipe whom to watch. The pipe closes when this process ends,
 * even by SIGKILL or with a blocked event loop; then it kills the groups of all that are left.
 * (A child could notice by itself that its parent is gone, but not while its handler loops.)
 */
const SCRIPT = `
left=" "
while read -r what pid; do
  case "$what" in
    +) left="$left$pid " ;;
    -) left="\${left%% $pid *} \${left#* $pid }" ;;
  esac
done
for pid in $left; do kill -s KILL -- "-$pid" 2>/dev/null; done
`;

export function startReaper(): Reaper {
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  const tell = (line: string) => {
    if (shell.stdin.writable) shell.stdin.write(`${line}\n`);
  };
  shell.stdin.on("error", () => {}); // the shell was killed; there is nobody left to tell
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return {
    watch(child) {
      const { pid } = child;
      if (pid === undefined) return;
      tell(`+ ${pid}`);
      child.once("exit", () => tell(`- ${pid}`));
    },
    stop: () => shell.stdin.end(),
  };
}
