/**
 * Several calls at once, but not all.
 */

/** Requests of one large call that are under way at the same time. */
const AT_ONCE = 4;

/**
 * Calls for each item, with at most four calls under way, and begins no more once one has failed.
 * @throws what the first of the failed calls threw
 */
export async function inLanes<T>(
  items: Iterable<T>,
  call: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failed = false;
  const lane = async () => {
    for (let next = queue.next(); !next.done && !failed; next = queue.next()) {
      try {
        await call(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
