import { z } from "zod";
import { isWantedArtifact } from "../../core/transfer.ts";
import { experimentFolder, openWorkspace } from "../../storage/workspace.ts";
import { defineOperation } from "../operation.ts";
import { chosenBucket } from "./open-bucket.ts";
import { transfer } from "./transfer.ts";
import { artifactFlags, transferFlags, transferOutput } from "./transfer-output.ts";

const input = z.object({
  experiments: z.array(z.string()).min(1).describe("The experiments whose artifacts are meant"),
  ...transferFlags,
  ...artifactFlags,
});

export const artifactsPull = defineOperation({
  description:
    "Fetches the artifacts of experiments from the bucket into models/<exp>/artifacts. Only files that are missing or differ are fetched, and checked; debug/ and checkpoint-* are left there unless asked for. A file that is newer here is left alone unless --overwrite. Nothing is deleted.",
  input,
  output: transferOutput,
  effect: "destroy",
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "artifacts pull exp001", says: "what was pushed on another machine" },
    { command: "artifacts pull exp001 --overwrite", says: "even over newer files" },
  ],
  async run(context, { experiments, bucket: named, debug, checkpoints, ...flags }) {
    const ws = await openWorkspace(context.cwd);
    for (const name of experiments) await experimentFolder(ws, name);
    const bucket = await chosenBucket(ws, context, named);
    return transfer(ws, context, {
      direction: "pull",
      bucket,
      folders: [...new Set(experiments)].map((name) => `models/${name}/artifacts`),
      wanted: (path) => isWantedArtifact(path, { debug, checkpoints }),
      ...flags,
    });
  },
  exitCode: ({ conflicts }) => (conflicts.length > 0 ? 1 : 0),
});
