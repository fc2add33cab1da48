import { defineOperation } from "../../operation.ts";
import { readRuff } from "../../../python/tool-findings.ts";
import { runPythonTool } from "../../check/python-tools.ts";
import { toolExitCode, toolInput, toolOutput } from "../../check/tool-schemas.ts";

export const fmt = defineOperation({
  description:
    "Fixes what ruff can fix safely (ruff check --fix) and formats (ruff format), with the workspace's own configuration, then reports what is left. What ruff cannot fix never keeps a file from being formatted.",
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
        // What it cannot fix is reported at the end: formatting alone takes some of it away.
        ["ruff", "check", "--fix-only"],
        ["ruff", "format"],
        ["ruff", "check"],
      ],
      json: ["ruff", "check", "--output-format", "json"],
      read: readRuff,
    }),
  exitCode: toolExitCode,
});
