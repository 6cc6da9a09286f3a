/**
 * core's `Change` as an UpdateExpression.
 */
import type { Change } from "../../core/ports.ts";
import type { Placeholders } from "./expression.ts";

/** The expression; undefined if nothing changes. Properties that are undefined are left out. */
export function updateOf(change: Change, placeholders: Placeholders): string | undefined {
  const { set = {}, remove = [], add = {}, init = {}, watch = [], unwatch = [] } = change;
  const assignments = given(set).map(
    ([field, value]) =>
      `${placeholders.name(field)} = ${placeholders.value(`set_${field}`, value)}`,
  );
  for (const [field, value] of given(init)) {
    const name = placeholders.name(field);
    assignments.push(
      `${name} = if_not_exists(${name}, ${placeholders.value(`init_${field}`, value)})`,
    );
  }
  const removals = remove.map((field) => placeholders.name(field));
  const additions = given(add).map(
    ([field, number]) =>
      `${placeholders.name(field)} ${placeholders.value(`add_${field}`, number)}`,
  );
  // Watchers are a string set: adding one that is there changes nothing.
  if (watch.length > 0) {
    const watchers = placeholders.value("add_watchers", new Set(watch));
    additions.push(`${placeholders.name("watchers")} ${watchers}`);
  }
  const deletions =
    unwatch.length === 0
      ? []
      : [
          `${placeholders.name("watchers")} ${placeholders.value("delete_watchers", new Set(unwatch))}`,
        ];
  const clauses = [
    clause("SET", assignments),
    clause("REMOVE", removals),
    clause("ADD", additions),
    clause("DELETE", deletions),
  ].filter((each) => each !== undefined);
  return clauses.length === 0 ? undefined : clauses.join(" ");
}

function given(object: object): [string, unknown][] {
  return Object.entries(object).filter(([, value]) => value !== undefined);
}

function clause(keyword: string, parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : `${keyword} ${parts.join(", ")}`;
}
