/**
 * The tasks of the three examples: npm start -- --tasks examples/coroutines/tasks.ts
 */
import { createWorker } from "../../worker/index.ts";
import { crawlerTasks } from "./crawler.ts";
import { documentTasks } from "./documentPipeline.ts";
import { orderTasks } from "./orderSaga.ts";
import { httpOffice, httpShop, httpWeb } from "./services.ts";

/** @param address where shop and office are */
export function exampleTasks(address: string) {
  return createWorker([
    ...Object.values(orderTasks(httpShop(address))),
    ...Object.values(documentTasks(httpOffice(address))),
    ...Object.values(crawlerTasks(httpWeb)),
  ]);
}

export default exampleTasks("http://127.0.0.1:4300");
