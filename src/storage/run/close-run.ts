import { existsSync } from "node:fs";
import path from "node:path";
import { hasEnded } from "../../core/run/run.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { type TrueState, trueState } from "../../core/run/run-state.ts";
import { saveMetrics } from "./run-metrics.ts";
import { readEvidence, readSpec, recordFiles, runFolder, writeState } from "./run-record.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

/**
 * Makes the record of a run that has ended complete: metrics.json kept, then the last state.json. Does nothing to a run
 * under way, to a lost one (its end was never seen) and to one that is closed. Call it under the run's lock.
 */
export async function closeRun(ws: Pick<Workspace, "root">, id: string): Promise<TrueState> {
  const folder = runFolder(ws, id);
  const { evidence, written, rcAt, child } = await readEvidence(folder);
  const now = trueState(evidence);
  const closed = written !== undefined && hasEnded(written.state);
  if (closed || !hasEnded(now.state) || now.state === "lost") return now;
  const spec = await readSpec(folder).catch(() => undefined);
  if (now.state === "succeeded" && spec !== undefined) await saveScores(ws, folder, spec);
  await writeState(folder, {
    ...written,
    ...now,
    updated: new Date().toISOString(),
    started: written?.started ?? null,
    ended: rcAt,
    supervisor: written?.supervisor ?? null,
    child,
    remote: written?.remote ?? false,
  });
  return now;
}

async function saveScores(
  ws: Pick<Workspace, "root">,
  folder: string,
  spec: RunSpec,
): Promise<void> {
  if (spec.kind !== "train" || spec.debug || spec.experiment === null) return;
  // A remote run's scores were downloaded with its artifacts; what lies in artifacts/ may be another's.
  if (spec.target !== undefined) return;
  if (existsSync(path.join(folder, recordFiles.metrics))) return;
  await saveMetrics(paths.metrics(ws, spec.experiment), folder, spec);
}
