/**
 * Prints the manifest of the tasks file that is named as the argument, as one line of JSON.
 */
import { pathToFileURL } from "node:url";

const [file = ""] = process.argv.slice(2);

try {
  const { default: worker } = (await import(pathToFileURL(file).href)) as {
    default?: { manifest?: () => unknown };
  };
  if (typeof worker?.manifest !== "function") {
    throw new TypeError("its default export must be made by createWorker([…])");
  }
  console.log(`\n${JSON.stringify(await worker.manifest())}`);
} catch (error) {
  // The message says it; of anything but our own errors the stack says where.
  const known = error instanceof Error && ["ConfigurationError", "TypeError"].includes(error.name);
  console.error(known ? error.message : error);
  process.exitCode = 1;
}
// A tasks file may have opened connections; nobody waits for them.
process.exit();
