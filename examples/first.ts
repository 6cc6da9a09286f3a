/**
 * A first program. `npm start` in one terminal, `npm run first` in another.
 */
import { Forerun, task } from "../client/index.ts";
import { sleep } from "./tasks.ts";

const forerun = new Forerun({ endpoint: process.env.FORERUN_URL ?? "http://127.0.0.1:4000" });

const sleeps = ["a", "b", "c"].map((value) => task(sleep, { milliseconds: 1000, value }));
console.log(await forerun.gather(sleeps).result()); // ["a", "b", "c"], after one second

const urgent = await forerun.submit("echo", { value: "hello" }, { priority: 1 });
console.log(await urgent.result()); // "hello"
