import { copyFile, rename } from "node:fs/promises";
import path from "node:path";
import { hasEnded } from "../../core/run/run.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { type TrueState, trueState } from "../../core/run/run-state.ts";
import { artifactsOf, collectArtifacts, noteArtifacts, readNotes } from "./run-artifacts.ts";
import { readEvidence, readSpec, recordFiles, runFolder, writeState } from "./run-record.ts";
import { writeFailure } from "../files/atomic-write.ts";
import type { Workspace } from "../workspace/workspace.ts";

/**
 * Makes the record of a run that has ended complete: what its script left, what each file of it is, metrics.json, then
 * the last state.json. Does nothing to a run under way, to a lost one (its end was never seen) and to one that is
 * closed. Call it under the run's lock.
 */
export async function closeRun(ws: Pick<Workspace, "root">, id: string): Promise<TrueState> {
  const folder = runFolder(ws, id);
  const { evidence, written, rcAt, child } = await readEvidence(folder);
  const now = trueState(evidence);
  if (!hasEnded(now.state) || now.state === "lost") return now;
  const spec = await readSpec(folder).catch(() => undefined);
  const remote = written?.remote ?? false;
  const closed = written !== undefined && written.state === now.state;
  // The state of a remote run is final before this is called: its artifacts were downloaded by then.
  if (closed && !remote) return now;
  if (spec !== undefined)
    await completeArtifacts(ws, folder, spec, now).catch((error: unknown) => {
      throw writeFailure(folder, error);
    });
  if (closed) return now;
  await writeState(folder, {
    ...written,
    ...now,
    updated: new Date().toISOString(),
    started: written?.started ?? null,
    ended: rcAt,
    supervisor: written?.supervisor ?? null,
    child,
    remote,
  });
  return now;
}

async function completeArtifacts(
  ws: Pick<Workspace, "root">,
  folder: string,
  spec: RunSpec,
  { state }: TrueState,
): Promise<void> {
  await collectArtifacts(folder, spec);
  if (state !== "succeeded" || spec.debug || spec.experiment === null) return;
  await noteArtifacts(folder, spec.uses ? await readNotes(runFolder(ws, spec.uses)) : undefined);
  if (spec.kind === "train") await copyMetrics(folder);
}

/** metrics.json beside the record's other files, where it is found without the artifacts. */
async function copyMetrics(folder: string): Promise<void> {
  const kept = path.join(folder, recordFiles.metrics);
  const left = path.join(artifactsOf(folder), recordFiles.metrics);
  const copied = await copyFile(left, `${kept}.part`).then(
    () => true,
    () => false,
  );
  if (copied) await rename(`${kept}.part`, kept);
}
