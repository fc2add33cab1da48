import { defineOperation } from "../../operation.ts";
import { artifactsInput, moveArtifacts } from "../../transfer/move-artifacts.ts";
import { transferOutput } from "../../transfer/transfer-output.ts";

export const artifactsPush = defineOperation({
  description:
    "Copies the artifacts of experiments (models/<exp>/artifacts) into the bucket. Only files that are new or differ are sent; debug/ and checkpoint-* stay here unless asked for. An object that is newer than the file is left alone unless --overwrite. Nothing is deleted.",
  whenToUse: "Use it when the user wants an experiment's artifacts kept in the bucket.",
  input: artifactsInput,
  output: transferOutput,
  effect: "destroy",
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "artifacts push exp001", summary: "its models and predictions" },
    { command: "artifacts push exp001 exp002 --checkpoints", summary: "of two, with checkpoints" },
  ],
  run: (context, request) => moveArtifacts(context, "push", request),
  exitCode: ({ conflicts }) => (conflicts.length > 0 ? 1 : 0),
});
