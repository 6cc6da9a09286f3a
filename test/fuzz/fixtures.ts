/**
 * The futures that every run of requests finds, one in each state that matters.
 */
import { tokenHash } from "../../core/approval.ts";

/** Tasks that are deployed; their handlers end as test/support/drain.ts and e2e's tasks have it. */
export const TASKS = ["echo", "fails"] as const;

/** The token of the promises named `approval-N`. */
export const TOKEN = "f".repeat(43);

/** Several of what one request uses up. */
const COPIES = [0, 1, 2, 3];
const many = (name: string) => COPIES.map((each) => `${name}-${each}`);

interface Making {
  path: string;
  body: object;
}

const DAY = 86_400;

/** Requests that make them, in order; all are answered 2xx. */
export const MAKING: readonly Making[] = [
  { path: "/tasks", body: { id: "task", task: "echo", delaySeconds: DAY } },
  { path: "/promises", body: { id: "settled" } },
  { path: "/futures/settled/settle", body: { result: { large: "x".repeat(1000) } } },
  { path: "/promises", body: { id: "rejected" } },
  { path: "/futures/rejected/settle", body: { error: { name: "E", message: "no" } } },
  { path: "/timers", body: { id: "timer", delaySeconds: DAY } },
  ...many("promise").map((id) => ({ path: "/promises", body: { id } })),
  ...many("approval").map((id) => ({
    path: "/promises",
    body: { id, tokenHash: tokenHash(TOKEN) },
  })),
  ...many("tasks").map((id) => ({
    path: "/aggregates/open",
    body: { id, policy: "gather", members: "tasks" },
  })),
  ...many("futures").map((id) => ({
    path: "/aggregates/open",
    body: { id, policy: "asCompleted", members: "futures" },
  })),
  {
    path: "/tasks/batch",
    body: { tasks: [{ task: "echo" }, { task: "fails" }], gather: { id: "batch" } },
  },
  { path: "/gathers", body: { id: "gather", of: ["settled", "promise-0"] } },
  { path: "/waits", body: { id: "wait", of: ["settled", "rejected"] } },
];

export const FIXTURES: readonly string[] = [
  "task",
  "settled",
  "rejected",
  "timer",
  "gather",
  "wait",
  "batch",
  "batch.0",
  ...["promise", "approval", "tasks", "futures"].flatMap(many),
];
