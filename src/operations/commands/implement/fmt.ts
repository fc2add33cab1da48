import { defineOperation } from "../../operation.ts";
import { readRuff } from "../../../python/tool-findings.ts";
import { runPythonTool } from "../../check/python-tools.ts";
import { toolInput, toolOutput } from "../../check/tool-schemas.ts";

export const fmt = defineOperation({
  description:
    "Fixes what ruff can fix safely (ruff check --fix), then formats (ruff format), with the workspace's own configuration.",
  whenToUse: "Use it after editing an experiment and before training it.",
  input: toolInput,
  output: toolOutput,
  effect: "write",
  idempotent: true,
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "fmt", summary: "the whole workspace" },
    { command: "fmt exp002", summary: "one experiment" },
  ],
  run: (context, { experiments }) =>
    runPythonTool(context, experiments, {
      commands: [
        ["ruff", "check", "--fix"],
        ["ruff", "format"],
      ],
      json: ["ruff", "check", "--output-format", "json"],
      read: readRuff,
    }),
  exitCode: ({ results }) => (results.every((result) => result.exitCode === 0) ? 0 : 1),
});
