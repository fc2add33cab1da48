import { defineOperation } from "../operation.ts";
import { runPythonTools } from "./python-tools.ts";
import { toolInput, toolOutput } from "./tool-schemas.ts";

export const fmt = defineOperation({
  description:
    "Mends what ruff can mend safely (ruff check --fix), then formats (ruff format), with the workspace's own configuration.",
  input: toolInput,
  output: toolOutput,
  effect: "write",
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "fmt", says: "the whole workspace" },
    { command: "fmt exp002", says: "one experiment" },
  ],
  run: async (context, { experiments }) => ({
    results: await runPythonTools(context, experiments, [
      ["ruff", "check", "--fix"],
      ["ruff", "format"],
    ]),
  }),
  exitCode: ({ results }) => (results.every((result) => result.exitCode === 0) ? 0 : 1),
});
