/**
 * What `npm start` runs.
 */
import { serve } from "./serve.ts";

await serve("npm start --", process.argv.slice(2));
