/**
 * Refuses what this machine would not run as AWS does.
 */
import { TemplateError } from "../errors.ts";
import type { Template } from "./document.ts";
import { LEFT_OUT, RESOURCE_KEYS, RUN } from "./supported.ts";

const WHERE = "local/template/supported.ts";

/** @throws TemplateError that names the first resource and property that is not known */
export function checkTemplate(template: Template): void {
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const type = resource.Type;
    if (type in LEFT_OUT) continue;
    const run = RUN[type];
    if (!run) {
      throw new TemplateError(
        logicalId,
        `the embedded cloud does not know ${type}. Run it in local/, or list it in ${WHERE} ` +
          "as left out, with the reason why that changes nothing here.",
      );
    }
    for (const key of Object.keys(resource)) {
      if (RESOURCE_KEYS.has(key)) continue;
      throw new TemplateError(logicalId, `the embedded cloud does not know the attribute ${key}.`);
    }
    for (const property of Object.keys(resource.Properties ?? {})) {
      if (run.honoured.includes(property) || property in run.without) continue;
      throw new TemplateError(
        logicalId,
        `the embedded cloud does not know the property ${property} of ${type}. Honour it in ` +
          `local/, or list it in ${WHERE} with the reason why it can be left out.`,
      );
    }
  }
}
