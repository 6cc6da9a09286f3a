/**
 * Has a settled future, and its result in the bucket, outlive what began to watch it late.
 */
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { expiry } from "../settlement.ts";
import { objectKey } from "../texts.ts";

/** @param since milliseconds: from when on it is to be kept as what is watched */
export async function keep(ports: Ports, record: FutureRecord, since: number): Promise<void> {
  const { id, state, resultObject } = record;
  // Before the write, after which nobody thinks of it again.
  if (resultObject) await ports.objects.keep(objectKey(id, resultObject));
  const expires = expiry(ports.config, since, true);
  await ports.store.update(id, { states: [state] }, { set: { expires } });
}
