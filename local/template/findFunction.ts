/**
 * Finds the function that an ARN or a name in a template means, and whether it may be invoked.
 */
import type { Properties } from "./properties.ts";
import type { FunctionSpec } from "./readFunction.ts";

/**
 * @param principal the service that invokes it, if that needs a permission of the function's
 * @throws TemplateError if there is no such function, or no permission to invoke it
 */
export type FindFunction = (from: Properties, property: string, principal?: string) => FunctionSpec;

export function functionFinder(
  functions: readonly FunctionSpec[],
  permissions: readonly { functionName: string; principal: string }[],
): FindFunction {
  return (from, property, principal) => {
    const text = from.text(property);
    const found = functions.find(
      ({ arn, name }) => [name, arn].includes(text) || text.includes(`${arn}/`),
    );
    if (!found) return from.refuse(property, `no function of this template is ${text}`);
    const allowed = permissions.some(
      (permission) =>
        permission.principal === principal &&
        (permission.functionName === found.name || permission.functionName === found.arn),
    );
    if (principal && !allowed) {
      return from.refuse(
        property,
        `no AWS::Lambda::Permission lets ${principal} invoke ${found.logicalId}; on AWS each ` +
          "call would fail",
      );
    }
    return found;
  };
}
