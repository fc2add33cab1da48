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

export const artifactsPush = defineOperation({
  description:
    "Copies the artifacts of experiments (models/<exp>/artifacts) into the bucket. Only files that are new or differ are sent; debug/ and checkpoint-* stay here unless asked for. An object that is newer than the file is left alone unless --overwrite. Nothing is deleted.",
  input,
  output: transferOutput,
  effect: "destroy",
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "artifacts push exp001", says: "its models and predictions" },
    { command: "artifacts push exp001 exp002 --checkpoints", says: "of two, with checkpoints" },
  ],
  async run(context, { experiments, bucket: named, debug, checkpoints, ...flags }) {
    const ws = await openWorkspace(context.cwd);
    for (const name of experiments) await experimentFolder(ws, name);
    const bucket = await chosenBucket(ws, context, named);
    return transfer(ws, context, {
      direction: "push",
      bucket,
      folders: [...new Set(experiments)].map((name) => `models/${name}/artifacts`),
      wanted: (path) => isWantedArtifact(path, { debug, checkpoints }),
      ...flags,
    });
  },
  exitCode: ({ conflicts }) => (conflicts.length > 0 ? 1 : 0),
});
