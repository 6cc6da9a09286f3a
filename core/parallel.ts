/**
 * Many calls at once, but not all: enough to hide the latency of a call to DynamoDB, few enough
 * not to exhaust a function's connections.
 */
const AT_ONCE = 25;

/** Like `Promise.all(items.map(call))`, with at most 25 calls under way. */
export async function inBatches<T, R>(
  items: readonly T[],
  call: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await call(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
  return results;
}
