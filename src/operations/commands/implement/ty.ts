import { defineOperation } from "../../operation.ts";
import { readTy } from "../../../python/tool-findings.ts";
import { runPythonTool } from "../../check/python-tools.ts";
import { toolExitCode, toolInput, toolOutput } from "../../check/tool-schemas.ts";

export const ty = defineOperation({
  description:
    "Checks the types of the workspace's Python with ty and the workspace's own configuration.",
  whenToUse: "Use it after editing an experiment and before training it.",
  input: toolInput,
  output: toolOutput,
  effect: "read",
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "ty", summary: "the whole workspace" },
    { command: "ty exp002", summary: "one experiment" },
  ],
  run: (context, { experiments }) =>
    runPythonTool(context, experiments, {
      commands: [["ty", "check"]],
      json: ["ty", "check", "--output-format", "gitlab"],
      read: readTy,
    }),
  exitCode: toolExitCode,
});
