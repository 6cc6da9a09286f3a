/**
 * Counts the words of some texts in parallel, then asks for the most frequent ones.
 * `FORERUN_URL=… npm run client`
 */
import { Forerun, task } from "forerun";
import { countWords, mostFrequent } from "./tasks.ts";

const forerun = new Forerun({ endpoint: process.env.FORERUN_URL ?? "http://127.0.0.1:4000" });

const texts = ["the cat and the dog", "the early bird", "a bird in the hand"];
const parts = await forerun.gather(texts.map((text) => task(countWords, { text }))).result();

const counts: Record<string, number> = {};
for (const [word, count] of parts.flatMap((part) => Object.entries(part))) {
  counts[word] = (counts[word] ?? 0) + count;
}
const handle = await forerun.submit(mostFrequent, { counts, many: 2 }, { priority: 1 });
console.log(await handle.result()); // ["the", "bird"]
