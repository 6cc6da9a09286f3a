/**
 * `POST /aggregates/open`: an aggregate that its caller fills page by page and then seals, for more
 * members than one call can name.
 */
import { InvalidRequestError } from "../errors.ts";
import type { FutureRecord } from "../future.ts";
import { requestHash } from "../hash.ts";
import type { AggregateKind } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { lending } from "./lend.ts";
import { perform } from "./perform.ts";
import { guard } from "./remind.ts";
import type { OpenRequest } from "./requests.ts";
import { insertOnce } from "./submit.ts";

/** Those of one member need no pages; one that counts successes reads all leaves at each report. */
const NOT_OPENED: readonly AggregateKind[] = ["waitFor", "shield", "some"];

/**
 * Opens an aggregate. Unless it is sealed within `sealWithinSeconds` it fails.
 * @throws ConflictError, InvalidRequestError; then nothing is stored
 */
export async function openAggregate(ports: Ports, request: OpenRequest): Promise<FutureRecord> {
  const { policy, timeoutSeconds, members, sealWithinSeconds, priority } = request;
  if (NOT_OPENED.includes(policy.of)) {
    const message = `${policy.of} is made in one call; POST /aggregates does so`;
    throw new InvalidRequestError([{ field: "policy", message }]);
  }
  const id = request.id ?? ports.newId();
  await guard(ports, id);
  const now = ports.clock.now();
  const record = await insertOnce(ports, {
    id,
    kind: policy.of,
    state: "pending",
    createdAt: now,
    request: requestHash({
      kind: "open",
      policy,
      timeoutSeconds,
      members,
      sealWithinSeconds,
      priority,
    }),
    turn: 0,
    attempts: 0,
    policy,
    tree: true,
    ...lending(priority),
    openUntil: now + sealWithinSeconds * 1000,
    ...(members === "tasks" ? { born: true } : { inputAt: "of" }),
    ...(timeoutSeconds === undefined ? {} : { due: now + timeoutSeconds * 1000 }),
  });
  await perform(ports, [record]);
  return record;
}
