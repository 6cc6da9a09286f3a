/**
 * The template of a production deployment as a file, so that a review sees what a change makes of
 * it.
 */
import { expect, test } from "vitest";
import { templates } from "./support/variants.ts";

const UPDATE = "npx vitest run --project unit test/infra/snapshot.test.ts --update";

test("the template is as reviewed", async () => {
  const { Resources } = templates("production").production.toJSON();
  const text = `${JSON.stringify(Resources, withoutHashes, 2)}\n`;
  const changed = `The template changed. If it was meant to, run "${UPDATE}" and commit the file.`;
  await expect(text, changed).toMatchFileSnapshot("snapshots/production.json");
}, 120_000);

/** Code's hashes change with every line of it; metadata is CDK's own. */
function withoutHashes(key: string, value: unknown): unknown {
  if (key === "Metadata") return undefined;
  return key === "S3Key" ? "(code)" : value;
}
