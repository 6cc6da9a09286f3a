/**
 * IAM's wildcards: `*` stands for any characters, none included, and `?` for exactly one.
 */

/** Patterns are few and asked for with every call. */
const compiled = new Map<string, RegExp>();

/** Whether an ARN (or another text in which case counts) fits a pattern. */
export function fits(pattern: string, text: string): boolean {
  return expression(pattern, "s").test(text);
}

/** Whether an action fits a pattern; its case does not count. */
export function fitsAction(pattern: string, action: string): boolean {
  return expression(pattern, "si").test(action);
}

function expression(pattern: string, flags: string): RegExp {
  const key = `${flags} ${pattern}`;
  let known = compiled.get(key);
  if (!known) {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    known = new RegExp(`^${source}$`, flags);
    compiled.set(key, known);
  }
  return known;
}
