/**
 * Finds one of several by what a person would call it.
 */
import { LocalCloudError } from "./errors.ts";

/**
 * The one that is called exactly so, or else the only one whose name starts with it or holds it.
 * @throws LocalCloudError if there is none, or more than one
 */
export function findNamed<T>(all: readonly T[], name: string, namesOf: (each: T) => string[]): T {
  const wanted = name.toLowerCase();
  const matches = [
    (text: string) => text === wanted,
    (text: string) => text.startsWith(wanted),
    (text: string) => text.includes(wanted),
  ];
  for (const fits of matches) {
    const found = all.filter((each) => namesOf(each).some((text) => fits(text.toLowerCase())));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    if (found.length > 1) {
      const list = found.map((each) => namesOf(each)[0]).join(", ");
      throw new LocalCloudError(`"${name}" could be any of ${list}.`);
    }
  }
  const list = all.map((each) => namesOf(each)[0]).join(", ");
  throw new LocalCloudError(`Nothing is called "${name}"; there are ${list}.`);
}
