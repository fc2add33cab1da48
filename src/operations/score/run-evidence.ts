import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Project } from "../../core/competition/project.ts";
import type { RecordedRun } from "../../core/score/line-differences.ts";
import { withNewKeys } from "../../storage/old-keys.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** What a run kept to compute its score from again. */
export interface RunEvidence {
  /** project.yml as the run had it; the workspace's where the run kept none. */
  project: Project;
  /** Whether it is the run's own copy, which no later edit of project.yml has changed. */
  ownProject: boolean;
  /** Where the files lie that its script wrote. */
  folder: string;
}

/** Where the evidence of a run's score lies. */
export async function evidenceOfRun(ws: Workspace, runId: string): Promise<RunEvidence> {
  const folder = path.join(runFolder(ws, runId), recordFiles.artifacts);
  return { project: ws.project, ownProject: false, folder };
}

/** The OOF predictions that a run kept. */
export interface KeptOof {
  /** Its name in the run's folder of artifacts. */
  name: string;
  /** As the script left it, and not kept in a compact form since. */
  original: boolean;
}

/** The OOF file of a run, by the name that metrics.json gives it; undefined where it was not kept. */
export async function findKeptOof(folder: string, named: string): Promise<KeptOof | undefined> {
  const { dir, name: stem } = path.parse(named);
  const compact = path.join(dir, `${stem}.parquet`);
  for (const name of [named, compact]) {
    const facts = await stat(path.join(folder, name)).catch(() => undefined);
    if (facts?.isFile()) return { name, original: name === named };
  }
  return undefined;
}

/** Whether there is a record of the run here at all, readable or not. */
export function hasRecord(ws: Pick<Workspace, "root">, runId: string): boolean {
  return existsSync(runFolder(ws, runId));
}

const outcomeSchema = z.object({ recorded: z.boolean(), score: z.number().nullable() });

/** What recording a run came to; undefined where that was not written down, or cannot be read. */
export async function readRecordedOutcome(folder: string): Promise<RecordedRun["outcome"]> {
  try {
    const text = await readFile(path.join(folder, recordFiles.recorded), "utf8");
    return outcomeSchema.parse(withNewKeys("recorded", JSON.parse(text)));
  } catch {
    return undefined;
  }
}

/** The metrics.json that a run left; undefined where it was not kept. */
export async function readKeptMetrics(folder: string): Promise<string | undefined> {
  return readFile(path.join(folder, recordFiles.metrics), "utf8").catch(() => undefined);
}
