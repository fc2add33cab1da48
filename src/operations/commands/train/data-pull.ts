import path from "node:path";
import { z } from "zod";
import { openWorkspace, paths } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { chosenBucket } from "../../transfer/open-bucket.ts";
import { transfer } from "../../transfer/transfer.ts";
import { transferFlags, transferOutput } from "../../transfer/transfer-output.ts";

export const dataPull = defineOperation({
  description:
    "Fetches the competition's data from the bucket into data/input/<competition>. Only files that are missing or differ are fetched, several at once, and checked; run again after an interruption, it continues. A file that is newer here is left alone unless --overwrite. Nothing is deleted.",
  whenToUse: "Use it on a machine that has no data yet.",
  input: z.object(transferFlags),
  output: transferOutput,
  effect: "destroy",
  examples: [
    { command: "data pull", summary: "what is new in the bucket comes here" },
    { command: "data pull --bucket team-data", summary: "from another bucket" },
  ],
  async run(context, { bucket: named, ...flags }) {
    const ws = await openWorkspace(context.cwd);
    const bucket = await chosenBucket(context, ws, named);
    const folders = [path.relative(ws.root, paths.input(ws)).replaceAll(path.sep, "/")];
    return transfer(context, ws, { direction: "pull", bucket, folders, ...flags });
  },
  exitCode: ({ conflicts }) => (conflicts.length > 0 ? 1 : 0),
});
