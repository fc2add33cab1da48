import { stat } from "node:fs/promises";
import path from "node:path";
import { targetColumns } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { findMetric } from "../../core/metrics/known-metrics.ts";
import type { Metrics, OofColumns } from "../../core/score/metrics-file.ts";
import { repeatsOf } from "../../core/score/repeats.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import type { Database } from "../../tables/database.ts";
import type { OofRequest, SideColumn } from "../../tables/oof-tables.ts";
import { readHeader } from "../../tables/text-table.ts";

/** The table that holds the competition's targets: train, or the labels where they are a file of their own. */
export interface TargetTable {
  file: string;
  header: string[];
  /** Undefined where it has no column of ids: the number of the row is the id then, as in the template. */
  id: string | undefined;
}

/** Undefined where it is not there or is no table with the targets; `why` says so. */
export async function findTargetTable(
  ws: Workspace,
  database: Database,
): Promise<TargetTable | { why: string }> {
  const { data } = ws.project;
  const name = data.labels ?? data.train;
  const file = path.join(paths.input(ws), name);
  if ((await stat(file).catch(() => undefined))?.isFile() !== true)
    return { why: `${name} is not there` };
  const header = await readHeader(database, file).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  if (header instanceof UserError) return { why: `${name}: ${header.message}` };
  const missing = targetColumns(ws.project).find((target) => !header.includes(target));
  if (missing !== undefined) return { why: `${name} has no column ${missing}` };
  return {
    file,
    header,
    id: data.id !== undefined && header.includes(data.id) ? data.id : undefined,
  };
}

/** How the rows were split, by metrics.json or else project.yml. */
export function splitOf(
  ws: Workspace,
  metrics: Metrics,
): {
  isTime: boolean;
  /** Whether the script itself says that it keeps groups together. */
  saysGroups: boolean;
  repeats: number;
} {
  const { strategy: said } = metrics.validation;
  const strategy = String(said ?? ws.project.validation.strategy);
  return {
    isTime: /time|expanding|rolling|purged|forward/i.test(strategy),
    saysGroups: said !== undefined && /group/i.test(String(said)),
    repeats: repeatsOf(metrics, ws.project.validation.n_repeats),
  };
}

/** What to join: the OOF file, by the columns found in it, to the table of the targets. */
export async function oofRequest(
  ws: Workspace,
  database: Database,
  table: TargetTable,
  oof: { file: string; columns: OofColumns },
  metrics: Metrics,
): Promise<OofRequest> {
  const { validation } = ws.project;
  const needs = findMetric(metrics.metric)?.needs;
  const { isTime } = splitOf(ws, metrics);
  return {
    data: table.file,
    oof: oof.file,
    dataId: table.id,
    oofId: oof.columns.id ?? table.id,
    targets: targetColumns(ws.project).map((name, index) => ({
      data: name,
      oof: oof.columns.target[index]!,
    })),
    predictions: oof.columns.prediction,
    fold: oof.columns.fold,
    kinds: {
      target: needs === "values" ? "number" : needs === undefined ? "either" : "label",
      prediction: needs === "labels" || needs === undefined ? "either" : "number",
    },
    time: await sideColumn(ws, database, table, validation.time),
    byTime: isTime || validation.time !== undefined,
    group: await sideColumn(ws, database, table, validation.group),
  };
}

/** A column beside the targets or, where these are a file of their own, in train. */
async function sideColumn(
  ws: Workspace,
  database: Database,
  table: TargetTable,
  column: string | undefined,
): Promise<SideColumn | undefined> {
  if (column === undefined) return undefined;
  if (table.header.includes(column)) return { file: table.file, column };
  const train = path.join(paths.input(ws), ws.project.data.train);
  if (train === table.file || table.id === undefined) return undefined;
  const header = await readHeader(database, train).catch((): string[] => []);
  return header.includes(table.id) && header.includes(column) ? { file: train, column } : undefined;
}
