import { defineConfig } from "vitest/config";

/** Tests that boot the embedded cloud: each takes ports, processes and most of a core. */
const CLOUD = ["test/e2e/**/*.test.ts", "test/local/**/*.test.ts", "test/chaos/chaos.test.ts"];

/** Takes the whole machine for minutes, and must keep time. */
const CONFORMANCE = ["test/conformance/conformance.test.ts"];

/** Packs and installs what is published; builds it first. */
const PACKAGE = ["test/package/**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...CLOUD, ...CONFORMANCE, ...PACKAGE],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "cloud",
          include: CLOUD,
          // One file at a time: two clouds on one machine would only measure each other.
          fileParallelism: false,
          // Generous: on a busy machine all takes several times as long, and nothing is wrong with it.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "package",
          include: PACKAGE,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "conformance",
          include: CONFORMANCE,
          fileParallelism: false,
          // All scenarios are played before the first test.
          hookTimeout: 600_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
