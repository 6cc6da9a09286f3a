/**
 * What zod found wrong, as fields and messages for the person who sent the request.
 */
import type * as z from "zod/mini";
import type { FieldError } from "../../core/errors.ts";

type Issue = z.core.$ZodIssue;

/** @param root what the fields are part of: `body`, or the path of a parameter */
export function fieldErrors(issues: readonly Issue[], root = "body"): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        field: fieldName([...issue.path, key], root),
        message: "unknown field; leave it out",
      }));
    }
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      // The alternative that came nearest says it best.
      const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
      const inner = nearest.map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
      if (inner.length > 0) return fieldErrors(inner, root);
    }
    return [{ field: fieldName(issue.path, root), message: messageOf(issue) }];
  });
}

/** `["tasks", 3, "input"]` → `tasks[3].input` */
export function fieldName(path: readonly PropertyKey[], root = "body"): string {
  const name = path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
  return name || root;
}

function messageOf(issue: Issue): string {
  const text = issue.message.replace(/^Invalid input: /, "");
  return text.endsWith("received undefined")
    ? `is missing; ${text.replace(/, received undefined$/, "")}`
    : text;
}
