/**
 * Schemas are made when they are first needed: a process serves its first call by one or two of
 * them, and answers by none; those of answers only describe and type. To make all of them took as
 * long as the clients for AWS.
 */

/** The same value at each call, made by the first. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
