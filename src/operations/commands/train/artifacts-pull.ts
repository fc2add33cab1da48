import { defineOperation } from "../../operation.ts";
import { artifactsInput, moveArtifacts } from "../../transfer/move-artifacts.ts";
import { transferOutput } from "../../transfer/transfer-output.ts";

export const artifactsPull = defineOperation({
  description:
    "Fetches the artifacts of experiments from the bucket into models/<exp>/artifacts. Only files that are missing or differ are fetched, and checked; debug/ and checkpoint-* are left there unless asked for. A file that is newer here is left alone unless --overwrite. Nothing is deleted.",
  whenToUse:
    "Use it when artifacts made on another machine are needed here; pass overwrite only when the user says so.",
  input: artifactsInput,
  output: transferOutput,
  effect: "destroy",
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "artifacts pull exp001", summary: "what was pushed on another machine" },
    { command: "artifacts pull exp001 --overwrite", summary: "even over newer files" },
  ],
  run: (context, request) => moveArtifacts(context, "pull", request),
  exitCode: ({ conflicts }) => (conflicts.length > 0 ? 1 : 0),
});
