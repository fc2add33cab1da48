import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { isolatedFiles } from "./test/support/isolated-files.ts";
import { LongestFirst } from "./test/support/longest-first.ts";

const unit = {
  testTimeout: 30_000,
  setupFiles: ["test/support/after-file.setup.ts"],
  // Many wait for a server that is silent or a process that starts.
  maxWorkers: availableParallelism() + 1,
  sequence: { groupOrder: 0 },
};
const isolated = isolatedFiles("src", "test").filter((file) => !file.startsWith("test/e2e/"));

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...unit,
          name: "unit",
          include: ["src/**/*.test.ts", "test/*.test.ts", "test/{google,kaggle}/*.test.ts"],
          exclude: isolated,
          // Files share their modules: loading them anew for each file would take longer than the tests.
          isolate: false,
        },
      },
      { test: { ...unit, name: "unit-isolated", include: isolated } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          setupFiles: ["test/support/after-file.setup.ts"],
          globalSetup: ["test/support/tools.setup.ts"],
          // Long enough for a machine that does other things beside; no test waits for a time to pass.
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // Each file starts real programs of its own, and waits for them: one more than there are cores keeps these busy.
          maxWorkers: availableParallelism() + 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
