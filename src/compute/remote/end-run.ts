import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { RunSpec, RunStateFile } from "../../core/run.ts";
import { writeAtomic } from "../../storage/atomic-write.ts";
import { keepMetrics } from "../../storage/run-metrics.ts";
import { recordFiles, writeState } from "../../storage/run-record.ts";
import { paths } from "../../storage/workspace.ts";
import type { RunHandle } from "../backend.ts";
import type { Remote } from "./remote.ts";

/**
 * Ends the record of a run whose job has ended: what a success left comes home first, then the exit code and the scores
 * are kept, then the state is final. Interrupted anywhere, it can be called again.
 */
export async function endRun(
  remote: Remote,
  { spec, run, root, job }: { spec: RunSpec; run: RunHandle; root: string; job: string },
  ended: RunStateFile,
): Promise<void> {
  const home = artifactFolder(root, run.folder, spec);
  if (ended.state === "succeeded") {
    const bringing = { ended: null, exitCode: null, reason: "bringing its artifacts home" };
    await writeState(run.folder, { ...ended, ...bringing, state: "running" });
    const part = path.join(run.folder, "artifacts.part");
    await mkdir(part, { recursive: true });
    await remote.fetch(spec, job, part);
    await moveInto(part, home);
    await rm(part, { recursive: true, force: true });
  }
  if (ended.exitCode !== null) {
    await writeAtomic(path.join(run.folder, recordFiles.rc), `${ended.exitCode}\n`);
  }
  const scored = ended.state === "succeeded" && spec.kind === "train" && !spec.debug;
  if (scored) await keepMetrics(path.join(home, "metrics.json"), run.folder, spec);
  await writeState(run.folder, ended);
}

function artifactFolder(root: string, folder: string, { experiment }: RunSpec): string {
  return experiment === null
    ? path.join(folder, "artifacts")
    : paths.artifacts({ root }, experiment);
}

/** Each file replaces the one of its name; others stay, as they would under a training here. */
async function moveInto(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true, recursive: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const source = path.join(entry.parentPath, entry.name);
    const target = path.join(to, path.relative(from, source));
    await mkdir(path.dirname(target), { recursive: true });
    await rename(source, target);
  }
}
