import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { judgementSchema } from "../../core/score/judgement.ts";
import type { RecordedRun } from "../../core/score/line-differences.ts";
import { withNewKeys } from "../../storage/old-keys.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { findOofFile } from "./oof-file.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

/** The OOF predictions that a run kept. */
export interface KeptOof {
  file: string;
  /** Its name in the run's folder of artifacts. */
  name: string;
  /** As the script left it, and not kept in a compact form since. */
  original: boolean;
}

/** The OOF file of a run, by the name that metrics.json gives it; undefined where it was not kept. */
export async function findKeptOof(folder: string, named: string): Promise<KeptOof | undefined> {
  const found = await findOofFile(folder, named);
  if ("why" in found) return undefined;
  const name = path.relative(folder, found.file);
  return { file: found.file, name, original: name === path.normalize(named) };
}

/** Whether there is a record of the run here at all, readable or not. */
export function hasRecord(ws: Pick<Workspace, "root">, runId: string): boolean {
  return existsSync(runFolder(ws, runId));
}

const outcomeSchema = z.object({ recorded: z.boolean(), score: z.number().nullable() });

/** What a run's record says of its score; what is not written down there, or cannot be read, says nothing. */
export async function readVerdicts(record: string): Promise<Omit<RecordedRun, "run">> {
  const [outcome, judgement] = await Promise.all([
    readJson(path.join(record, recordFiles.recorded)),
    readJson(path.join(record, recordFiles.judged)),
  ]);
  return {
    outcome: outcomeSchema.safeParse(withNewKeys("recorded", outcome)).data,
    judgement: judgementSchema.safeParse(judgement).data,
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse((await readTextIfAny(file)) ?? "");
  } catch {
    return undefined;
  }
}

/** The metrics.json that a run left in its artifacts or its record; undefined where it was not kept. */
export async function readKeptMetrics(record: string, folder: string): Promise<string | undefined> {
  return (await readMetrics(folder)) ?? (await readMetrics(record));
}

function readMetrics(folder: string): Promise<string | undefined> {
  return readTextIfAny(path.join(folder, recordFiles.metrics));
}
