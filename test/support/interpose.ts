/**
 * Forces an interleaving: what another actor does just before or after one call to a port.
 */

type Methods<T> = {
  // biome-ignore lint/suspicious/noExplicitAny: any method of a port can be wrapped
  [K in keyof T]: T[K] extends (...args: any[]) => Promise<unknown> ? K : never;
}[keyof T] &
  string;

/**
 * Runs `meanwhile` once, before or after the first call of the method that fits. A `meanwhile`
 * that throws makes the call fail: before, it did nothing; after, its answer is lost.
 */
export function interpose<T extends object>(
  port: T,
  method: Methods<T>,
  moment: "before" | "after",
  meanwhile: () => unknown,
  fits: (...args: never[]) => boolean = () => true,
): void {
  const original = Reflect.get(port, method) as (...args: unknown[]) => Promise<unknown>;
  const wrapped = async (...args: unknown[]) => {
    if (!fits(...(args as never[]))) return original.apply(port, args);
    // Once only, and what happens meanwhile meets the port as it is.
    Reflect.set(port, method, original);
    if (moment === "before") await meanwhile();
    const answer = await original.apply(port, args);
    if (moment === "after") await meanwhile();
    return answer;
  };
  Reflect.set(port, method, wrapped);
}

/** What a test throws in place of a lost answer or a failed call. */
export function lose(): never {
  throw new Error("the answer was lost");
}
