/**
 * Nearly valid: a fitting value with one place spoiled.
 */
import fc from "fast-check";
import type { Schema } from "./document.ts";
import { hostileKey, hostileTree } from "./hostile.ts";
import { leaf, places, replaced, type Tree } from "./tree.ts";

/** One step beyond what the schema of a place allows. */
function nearMisses(schema: Schema = {}): Tree[] {
  const misses: unknown[] = [];
  const { minimum, maximum, exclusiveMinimum, maxLength, minLength } = schema;
  if (minimum !== undefined) misses.push(minimum - 1, minimum, minimum - 1e-9);
  if (maximum !== undefined) misses.push(maximum + 1, maximum, maximum * (1 + 1e-9));
  if (exclusiveMinimum !== undefined) misses.push(exclusiveMinimum);
  if (maxLength !== undefined) misses.push("x".repeat(maxLength), "x".repeat(maxLength + 1));
  if (minLength !== undefined) misses.push("x".repeat(Math.max(0, minLength - 1)));
  return misses.map((each) => leaf(each));
}

type Change = (place: Tree) => Tree;

/** Changes of one place; those that make no sense there leave it as it is. */
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 30,
    arbitrary: hostileTree.map(
      (tree): Change =>
        () =>
          tree,
    ),
  },
  {
    weight: 20,
    arbitrary: fc.nat().map(
      (n): Change =>
        (place) => {
          const misses = nearMisses(place.schema);
          return misses[n % misses.length] ?? place;
        },
    ),
  },
  { weight: 10, arbitrary: fc.constant<Change>((place) => ({ items: [place] })) },
  // A number as text, a boolean as text, a list as text.
  {
    weight: 5,
    arbitrary: fc.constant<Change>((place) => ("text" in place ? leaf(place.text) : place)),
  },
  {
    weight: 10,
    arbitrary: fc.nat().map(
      (n): Change =>
        (place) => {
          if (!("members" in place) || place.members.length === 0) return place;
          const gone = n % place.members.length;
          return { ...place, members: place.members.filter((_, index) => index !== gone) };
        },
    ),
  },
  {
    weight: 15,
    arbitrary: fc.tuple(hostileKey, hostileTree, fc.boolean()).map(([key, tree, first]): Change => {
      return (place) => {
        if (!("members" in place)) return place;
        const member = [key, tree] as const;
        return {
          ...place,
          members: first ? [member, ...place.members] : [...place.members, member],
        };
      };
    }),
  },
  // The same key twice, with another value.
  {
    weight: 10,
    arbitrary: fc.tuple(fc.nat(), hostileTree).map(
      ([n, tree]): Change =>
        (place) => {
          if (!("members" in place) || place.members.length === 0) return place;
          const [key = ""] = place.members[n % place.members.length] ?? [];
          return { ...place, members: [...place.members, [key, tree]] };
        },
    ),
  },
  // A list that is one too long.
  {
    weight: 1,
    arbitrary: fc.constant<Change>((place) => {
      if (!("items" in place)) return place;
      const [item = leaf(0)] = place.items;
      const length = (place.schema?.maxItems ?? 1000) + 1;
      return { ...place, items: Array.from({ length }, () => item) };
    }),
  },
);

export function spoiled(fitting: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> {
  return fc.tuple(fitting, fc.nat(), change).map(([tree, n, spoil]) => {
    const all = places(tree);
    const place = all[n % all.length] ?? tree;
    return replaced(tree, place, spoil(place));
  });
}
