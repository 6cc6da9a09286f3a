/**
 * JSON that is put together from texts, so that it can hold what no value of JavaScript is written
 * as: numbers beyond a double, a key that stands twice, `__proto__`, half an escape.
 */
import type { Schema } from "./document.ts";

export type Tree = Leaf | List | Members;

interface Part {
  /** What the document asks for in this place. */
  schema?: Schema;
}

export interface Leaf extends Part {
  text: string;
}

export interface List extends Part {
  items: readonly Tree[];
}

export interface Members extends Part {
  members: readonly (readonly [key: string, value: Tree])[];
}

export const leaf = (value: unknown, schema: Schema = {}): Leaf => ({
  text: JSON.stringify(value) ?? "null",
  schema,
});

export function write(tree: Tree): string {
  if ("text" in tree) return tree.text;
  if ("items" in tree) return `[${tree.items.map(write).join(",")}]`;
  return `{${tree.members.map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`).join(",")}}`;
}

/** All places of a tree, the root first. */
export function places(tree: Tree): Tree[] {
  return [tree, ...childrenOf(tree).flatMap(places)];
}

function childrenOf(tree: Tree): readonly Tree[] {
  if ("text" in tree) return [];
  return "items" in tree ? tree.items : tree.members.map(([, value]) => value);
}

/** The tree with another one in that place. */
export function replaced(tree: Tree, place: Tree, by: Tree): Tree {
  if (tree === place) return by;
  if ("text" in tree) return tree;
  if ("items" in tree) {
    return { ...tree, items: tree.items.map((each) => replaced(each, place, by)) };
  }
  const members = tree.members.map(([key, each]) => [key, replaced(each, place, by)] as const);
  return { ...tree, members };
}
