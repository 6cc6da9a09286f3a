/**
 * Plays the three examples. In one terminal: npm start -- --tasks examples/coroutines/tasks.ts
 * In another: npm run coroutines
 */
import { Forerun, settleByToken } from "../../client/index.ts";
import { startWorld } from "./world.ts";

const endpoint = process.env.FORERUN_URL ?? "http://127.0.0.1:4000";
const forerun = new Forerun({ endpoint });
const world = await startWorld(4300, 1000);
const order = { item: "globe", card: "4242", cents: 4900, address: "Main Street 1" };

console.log("An order, and one that cannot be shipped:");
console.log(await forerun.submit("placeOrder", order).result());
const undone = forerun.submit("placeOrder", { ...order, address: "Atlantis" });
await undone.result().catch((error: unknown) => console.log(String(error)));
console.log(world.log);

console.log("A document of a thousand pages:");
const document = await forerun.submit("processDocument", {
  document: "atlas",
  reviewer: "Ada",
  timeToDecide: 600,
});
const { promise, token } = await world.letter("Ada");
console.log("Ada is asked, and approves.");
await settleByToken({ endpoint, id: promise, token, result: { approved: true, by: "Ada" } });
console.log(await document.result());

console.log("A crawl of a site:");
const crawl = { start: `${world.address}/site/0`, depth: 5, pagesPerSecond: 4, maxPages: 100 };
console.log(await forerun.submit("crawl", crawl).result());
world.close();
