import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import type { RunSpec } from "../../core/run/run-spec.ts";
import type { RunStateFile } from "../../core/run/run-state-file.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { artifactsOf } from "../../storage/run/run-artifacts.ts";
import { recordFiles, writeState } from "../../storage/run/run-record.ts";
import type { RunHandle } from "../backend.ts";
import { isCancelRequested } from "../cancel-request.ts";
import type { Remote } from "./remote.ts";

interface EndedJob {
  spec: RunSpec;
  run: RunHandle;
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

async function downloadArtifacts(remote: Remote, { spec, run, job }: EndedJob): Promise<void> {
  const part = path.join(run.folder, recordFiles.artifactsPart);
  if (existsSync(artifactsOf(run.folder))) return;
  await mkdir(part, { recursive: true });
  await remote.fetch(spec, job, part);
  await rename(part, artifactsOf(run.folder));
}
