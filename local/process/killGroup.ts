/**
 * Kills a process that was started in a group of its own, and all that it has started.
 */
export function killGroup(pid: number): void {
  if (pid <= 1) return; // it never started; -0 would mean our own group
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
