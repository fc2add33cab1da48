import path from "node:path";
import { z } from "zod";
import { openWorkspace, paths } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { chosenBucket } from "../../transfer/open-bucket.ts";
import { transfer } from "../../transfer/transfer.ts";
import { transferFlags, transferOutput } from "../../transfer/transfer-output.ts";

export const dataPush = defineOperation({
  description:
    "Copies the competition's data (data/input/<competition>) into the bucket, where a training job reads it. Only files that are new or differ are sent, several at once; run again after an interruption, it continues. An object that is newer than the file is left alone unless --overwrite. Nothing is deleted.",
  whenToUse: "Use it before training on Vertex AI, when the data here are new or have changed.",
  input: z.object(transferFlags),
  output: transferOutput,
  effect: "destroy",
  examples: [
    { command: "data push", summary: "what is new here goes to the bucket" },
    { command: "data push --dry-run", summary: "only say what would be sent" },
  ],
  async run(context, { bucket: named, ...flags }) {
    const ws = await openWorkspace(context.cwd);
    const bucket = await chosenBucket(context, ws, named);
    const folders = [path.relative(ws.root, paths.input(ws)).replaceAll(path.sep, "/")];
    return transfer(context, ws, { direction: "push", bucket, folders, ...flags });
  },
  exitCode: ({ conflicts }) => (conflicts.length > 0 ? 1 : 0),
});
