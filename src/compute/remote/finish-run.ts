import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { RunSpec, RunStateFile } from "../../core/run/run.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { moveFile } from "../../storage/files/move-file.ts";
import { copyMetrics } from "../../storage/run/run-metrics.ts";
import { recordFiles, writeState } from "../../storage/run/run-record.ts";
import { paths } from "../../storage/workspace/workspace.ts";
import type { RunHandle } from "../backend.ts";
import type { Remote } from "./remote.ts";

interface EndedJob {
  spec: RunSpec;
  run: RunHandle;
  root: string;
  job: string;
}

/** What the record says while artifacts come home. */
export const fetchingReason = "bringing its artifacts home";

/**
 * Ends the record of a run whose job has ended: what a success left comes home first, its scores are kept, then the exit
 * code, then the state is final. Interrupted anywhere, it can be called again.
 */
export async function finishRun(
  remote: Remote,
  { spec, run, root, job }: EndedJob,
  ended: RunStateFile,
): Promise<void> {
  if (ended.state === "succeeded") {
    const bringing = { ended: null, exitCode: null, reason: fetchingReason };
    await writeState(run.folder, { ...ended, ...bringing, state: "running" });
    try {
      await bringHome(remote, { spec, run, root, job });
    } catch (error) {
      if (!existsSync(path.join(run.folder, recordFiles.cancel))) throw error;
      // Whoever stops a run does not want to wait for what may never come.
      const reason = `stopped before its artifacts were home: ${(error as Error).message}`;
      return writeState(run.folder, { ...ended, state: "cancelled", cause: "user", reason });
    }
  }
  if (ended.exitCode !== null) {
    await writeAtomic(path.join(run.folder, recordFiles.rc), `${ended.exitCode}\n`);
  }
  await writeState(run.folder, ended);
}

async function bringHome(remote: Remote, { spec, run, root, job }: EndedJob): Promise<void> {
  const part = path.join(run.folder, recordFiles.artifactsPart);
  await mkdir(part, { recursive: true });
  await remote.fetch(spec, job, part);
  // From what came, not from artifacts/: there may be one that this run did not write.
  if (isScored(spec)) await keepScores(path.join(part, recordFiles.metrics), run.folder);
  await moveInto(part, artifactFolder(root, run.folder, spec));
  await rm(part, { recursive: true, force: true });
}

function isScored({ kind, debug }: RunSpec): boolean {
  return kind === "train" && !debug;
}

async function keepScores(file: string, folder: string): Promise<void> {
  if (existsSync(file)) await copyMetrics(file, folder);
}

function artifactFolder(root: string, folder: string, { experiment }: RunSpec): string {
  return experiment === null
    ? path.join(folder, recordFiles.artifacts)
    : paths.artifacts({ root }, experiment);
}

/** Each file replaces the one of its name; others stay, as they would under a training here. */
async function moveInto(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true, recursive: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const source = path.join(entry.parentPath, entry.name);
    const target = path.join(to, path.relative(from, source));
    await moveFile(source, target);
  }
}
