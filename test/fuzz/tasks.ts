/**
 * Tasks that take any input, for requests over HTTP.
 */
import { createWorker, defineTask } from "../../worker/index.ts";

const echo = defineTask("echo", {}, (input) => input);

const fails = defineTask("fails", { retry: { maxAttempts: 1 } }, () => {
  throw new Error("as planned");
});

export default createWorker([echo, fails]);
