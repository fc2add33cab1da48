import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { RunSpec } from "../../core/run/run-spec.ts";
import type { RunStateFile } from "../../core/run/run-state-file.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { moveFile } from "../../storage/files/move-file.ts";
import { copyMetrics } from "../../storage/run/run-metrics.ts";
import { recordFiles, writeState } from "../../storage/run/run-record.ts";
import { paths } from "../../storage/workspace/workspace.ts";
import type { RunHandle } from "../backend.ts";
import { isCancelRequested } from "../cancel-request.ts";
import type { Remote } from "./remote.ts";

interface EndedJob {
  spec: RunSpec;
  run: RunHandle;
  root: string;
  job: string;
}

/** The job has ended well and its artifacts could not be downloaded: tried again by whoever looks at the run next. */
export class DownloadFailed extends Error {
  override readonly cause: Error;

  constructor(cause: Error) {
    super(`its artifacts could not be downloaded: ${cause.message}`);
    this.cause = cause;
  }
}

/**
 * Finishes the record of a run whose job has ended: what a success left is downloaded first, its scores are kept, then the
 * exit code, then the state is final. Interrupted anywhere, it can be called again. Throws DownloadFailed.
 */
export async function finishRun(
  remote: Remote,
  ended: EndedJob,
  final: RunStateFile,
): Promise<void> {
  const { folder } = ended.run;
  if (final.state === "succeeded") {
    const downloading = { ended: null, exitCode: null, reason: "downloading its artifacts" };
    await writeState(folder, { ...final, ...downloading, state: "running" });
    try {
      await downloadArtifacts(remote, ended);
    } catch (error) {
      if (!isCancelRequested(folder)) throw new DownloadFailed(error as Error);
      // Whoever stops a run does not want to wait for what may never come.
      const reason = `stopped before its artifacts were downloaded: ${(error as Error).message}`;
      return writeState(folder, { ...final, state: "cancelled", cause: "user", reason });
    }
  }
  if (final.exitCode !== null) {
    await writeAtomic(path.join(folder, recordFiles.rc), `${final.exitCode}\n`);
  }
  await writeState(folder, final);
}

async function downloadArtifacts(
  remote: Remote,
  { spec, run, root, job }: EndedJob,
): Promise<void> {
  const part = path.join(run.folder, recordFiles.artifactsPart);
  await mkdir(part, { recursive: true });
  await remote.fetch(spec, job, part);
  // From what came, not from artifacts/: there may be one that this run did not write.
  if (isScored(spec)) await saveScores(path.join(part, recordFiles.metrics), run.folder);
  await moveInto(part, artifactFolder(root, run.folder, spec));
  await rm(part, { recursive: true, force: true });
}

function isScored({ kind, debug }: RunSpec): boolean {
  return kind === "train" && !debug;
}

async function saveScores(file: string, folder: string): Promise<void> {
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
    await moveFile(source, path.join(to, path.relative(from, source)));
  }
}
