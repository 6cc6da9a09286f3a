/** The store that rules and simulation are tested on must be as strict as the table. */
import { describe } from "vitest";
import { MemoryStore } from "./memoryStore.ts";
import { storeContract } from "./storeContract.ts";

describe("the store in memory", () => storeContract(async () => new MemoryStore()));
