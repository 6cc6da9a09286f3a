/**
 * A first program. Start a deployment with `npm start -- --no-demo`, then, with the URL it prints:
 * `FORERUN_URL=… node examples/first.ts`
 */
import { Forerun, task } from "../client/index.ts";
import { sleep } from "./tasks.ts";

const forerun = new Forerun();

const urgent = await forerun.submit("echo", { value: "hello" }, { priority: 1 });
console.log(urgent.id, await urgent.result());

const sleeps = ["one", "two", "three"].map((value) => task(sleep, { milliseconds: 1000, value }));
console.log(await forerun.gather(sleeps).result());
