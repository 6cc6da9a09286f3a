/**
 * The entries of docs/runbook.md, one for each kind of alarm; an alarm's id begins with the name of
 * its entry.
 */
export const ENTRIES = {
  DeadLetters: "Messages could not be dealt with, and lie in a dead-letter queue.",
  OldMessages: "Messages of bands are so old that SQS is about to forget them.",
  CriticalWait: "Tasks of the top band wait for longer than they may.",
  CriticalStands: "Tasks of the top band are ready, and none is taken.",
  SweeperRepairs: "Permits are being lost, and the sweeper rings them again.",
  SweeperUndelivered: "The sweeper's schedule could not call it.",
  SweeperSilent: "The sweeper does not run.",
  Errors: "Invocations of a function fail.",
  Throttles: "Invocations of a function are throttled.",
  TableThrottles: "DynamoDB throttles the table.",
  ApiFailures: "Requests to the API fail on our side.",
} as const;

export type Entry = keyof typeof ENTRIES;

/**
 * The description of an alarm, which leads to its entry.
 * @param part of the deployment, where an entry has several alarms
 */
export function describe(entry: Entry, part = ""): string {
  return `${ENTRIES[entry]}${part && ` (${part})`} See docs/runbook.md#${entry.toLowerCase()}`;
}
