/**
 * The examples of docs/coroutines.md on the deployed template, with services that are reached over
 * HTTP: a suspended task that is not woken, or a role that may not resume it, would show here.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { settleByToken } from "../../client/index.ts";
import { startWorld, type World } from "../../examples/coroutines/world.ts";
import { type Deployment, deploy } from "./support/deployment.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/coroutines/tasks.ts", import.meta.url));
const PAGES = 60;

let world: World;
let deployment: Deployment;
let folder: string;
beforeAll(async () => {
  world = await startWorld(0, PAGES);
  folder = mkdtempSync(join(tmpdir(), "forerun-examples-"));
  const tasks = join(folder, "tasks.ts");
  writeFileSync(
    tasks,
    `import { exampleTasks } from ${JSON.stringify(EXAMPLES)};\n` +
      `export default exampleTasks(${JSON.stringify(world.address)});\n`,
  );
  deployment = await deploy({ tasks });
});
afterAll(async () => {
  await deployment?.stop();
  world?.close();
  rmSync(folder, { recursive: true, force: true });
});

it("promise 4: an order, a document and a crawl come to their end, however often they wait", async () => {
  const { forerun, cloud } = deployment;
  const order = { item: "globe", card: "4242", cents: 4900, address: "Atlantis" };
  const document = { document: "atlas", reviewer: "Ada", timeToDecide: 3600 };
  const crawl = { start: `${world.address}/site/0`, depth: 5, pagesPerSecond: 6, maxPages: 100 };
  const [ordered, documented, crawled] = await forerun.submitBatch([
    { task: "placeOrder", input: order },
    { task: "processDocument", input: document },
    { task: "crawl", input: crawl },
  ]);

  await expect(ordered?.result()).rejects.toThrow("under water");
  const { promise, token } = await world.letter("Ada");
  const decision = { approved: true, by: "Ada" };
  await settleByToken({ endpoint: cloud.endpoint, id: promise, token, result: decision });
  expect(await documented?.result()).toEqual({
    pages: PAGES,
    words: PAGES * 200 + (PAGES * (PAGES - 1)) / 2,
    ...decision,
  });
  expect(await crawled?.result()).toEqual({ pages: 10, broken: [`${world.address}/site/9`] });

  const undone = world.log.filter((each) => /reservations|charges/.test(each));
  expect(undone).toEqual([
    "PUT reservations",
    "PUT charges",
    "DELETE charges",
    "DELETE reservations",
  ]);
  expect(world.log.filter((each) => /letters|deliveries/.test(each))).toEqual([
    "PUT letters",
    "PUT deliveries",
  ]);
});
