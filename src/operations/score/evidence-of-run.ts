import { existsSync } from "node:fs";
import { lstat } from "node:fs/promises";
import path from "node:path";
import type { Project } from "../../core/competition/project.ts";
import { readProject } from "../../storage/competition/project-file.ts";
import { artifactsOf } from "../../storage/run/run-artifacts.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

/** What a run's score is proved from. */
export interface RunEvidenceFiles {
  /** project.yml as it was when the run was started. */
  project: Project;
  /** Whether that is the run's own copy; a run of an earlier version has none, and the workspace's stands in its place. */
  ownProject: boolean;
  /** The folder with what the script wrote, metrics.json among it. */
  folder: string;
  /** The folder that a metric's function of the user's own is read from: as it was at the start. */
  files: string;
}

/** The files that a run's score is proved from: those of its own record. */
export async function evidenceOfRun(
  ws: Workspace,
  run: string,
  experiment: string,
): Promise<RunEvidenceFiles> {
  const record = runFolder(ws, run);
  const kept = path.join(record, recordFiles.project);
  const ownProject = existsSync(kept);
  const metric = path.join(record, recordFiles.metricSource);
  return {
    project: ownProject ? await readProject(kept) : ws.project,
    ownProject,
    folder: await artifactFolder(ws, record, experiment),
    files: existsSync(metric) ? metric : ws.root,
  };
}

/** Earlier versions left a run's files in the experiment's `artifacts/`, where a later run wrote over them. */
async function artifactFolder(
  ws: Pick<Workspace, "root">,
  record: string,
  experiment: string,
): Promise<string> {
  const own = artifactsOf(record);
  const facts = await lstat(own).catch(() => undefined);
  // A link leads out of the record: nothing that it names is the run's own.
  if (facts !== undefined) return facts.isDirectory() ? own : record;
  const kept = await readTextIfAny(path.join(record, recordFiles.metrics));
  const shown = await readTextIfAny(paths.metrics(ws, experiment));
  const isStillThere = kept !== undefined && kept === shown;
  return isStillThere ? paths.artifacts(ws, experiment) : record;
}
