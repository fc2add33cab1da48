import { z } from "zod";
import type { Context } from "../../core/context.ts";
import { type Direction, isWantedArtifact } from "../../core/transfer/transfer.ts";
import { experimentFolder, openWorkspace } from "../../storage/workspace/workspace.ts";
import { chosenBucket } from "./open-bucket.ts";
import { transfer } from "./transfer.ts";
import { artifactFlags, transferFlags } from "./transfer-output.ts";

export const artifactsInput = z.object({
  experiments: z.array(z.string()).min(1).describe("The experiments whose artifacts are meant"),
  ...transferFlags,
  ...artifactFlags,
});

/** Moves artifacts of experiments between models/<exp>/artifacts and the bucket. */
export async function moveArtifacts(
  context: Context,
  direction: Direction,
  { experiments, bucket: named, debug, checkpoints, ...flags }: z.output<typeof artifactsInput>,
) {
  const ws = await openWorkspace(context.cwd);
  for (const name of experiments) await experimentFolder(ws, name);
  return transfer(context, ws, {
    direction,
    bucket: await chosenBucket(context, ws, named),
    folders: [...new Set(experiments)].map((name) => `models/${name}/artifacts`),
    wanted: (path) => isWantedArtifact(path, { debug, checkpoints }),
    ...flags,
  });
}
