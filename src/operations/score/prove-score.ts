import path from "node:path";
import { targetColumns } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { findMetric } from "../../core/metrics/known-metrics.ts";
import { isNearPerfect } from "../../core/metrics/near-perfect.ts";
import { rowFault } from "../../core/score/joined-oof.ts";
import type { Metrics, OofColumns } from "../../core/score/metrics-file.ts";
import { findOofColumns } from "../../core/score/oof-columns.ts";
import { judge, type Proof } from "../../core/score/proof.ts";
import { recompute } from "../../core/score/recompute.ts";
import { formatScore } from "../../core/score/score.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { type Database, makeDatabase } from "../../tables/database.ts";
import { joinOof, type JoinedOof } from "../../tables/join-oof.ts";
import { readHeader } from "../../tables/text-table.ts";
import { findOofFile, type OofFile } from "./oof-file.ts";
import { findTargetTable, oofRequest, splitOf, type TargetTable } from "./oof-request.ts";

/** Two million rows fit; more of them go to disk. */
const limits = { megabytes: 256, threads: 4 };

/**
 * Proves a claimed score from the OOF predictions in `folder`, joined to the competition's own training data: the score
 * is computed on the data's targets, never on those that the script wrote.
 */
export async function proveScore(ws: Workspace, folder: string, metrics: Metrics): Promise<Proof> {
  if (targetColumns(ws.project).length === 0)
    return unverifiable("project.yml names no data.target");
  const database = await makeDatabase(paths.cache(ws), limits);
  try {
    const table = await findTargetTable(ws, database);
    if ("why" in table) return unverifiable(table.why);
    const oof = await readOof(ws, database, table, folder, metrics);
    return "verdict" in oof ? oof : await proveJoined(ws, oof, metrics);
  } finally {
    await database.close();
  }
}

interface Oof {
  found: OofFile;
  columns: OofColumns;
  joined: JoinedOof;
}

/** The OOF file joined to the data, or why that proves nothing. */
async function readOof(
  ws: Workspace,
  database: Database,
  table: TargetTable,
  folder: string,
  metrics: Metrics,
): Promise<Oof | Proof> {
  const found = await findOofFile(folder, metrics.oof?.file ?? "oof.csv");
  if ("why" in found) return withoutOof(ws, table, metrics, found.why);
  const { file } = found;
  try {
    const columns = await findColumns(ws, database, file, metrics);
    if (columns === undefined)
      return withoutOof(
        ws,
        table,
        metrics,
        `which columns of ${path.basename(file)} are targets and predictions is not clear`,
      );
    const fault = columnFault(ws, columns);
    if (fault !== undefined) return mismatch(fault);
    const request = await oofRequest(ws, database, table, { file, columns }, metrics);
    return { found, columns, joined: await joinOof(database, request) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const name = error.at === undefined ? "" : `${path.basename(error.at.file)}: `;
    const why = `${name}${error.message}`;
    // What is wrong with the competition's own files is not the script's doing.
    return error.at?.file === file ? mismatch(why) : unverifiable(why);
  }
}

/** A score that Crossfold computes needs an OOF file; another one is the script's word alone, with or without it. */
function withoutOof(ws: Workspace, table: TargetTable, metrics: Metrics, why: string): Proof {
  if (findMetric(metrics.metric) === undefined) return unverifiable(why);
  const targets = targetColumns(ws.project);
  const predictions = targets.length === 1 ? ["pred"] : targets.map((target) => `pred_${target}`);
  const columns = [...(table.id === undefined ? [] : [table.id]), ...targets, ...predictions];
  return mismatch(
    `${why}; train.py has to write oof.csv with the columns ${columns.join(", ")} and fold, a row for each validated row of ${path.basename(table.file)}`,
  );
}

async function findColumns(
  ws: Workspace,
  database: Database,
  file: string,
  metrics: Metrics,
): Promise<OofColumns | undefined> {
  if (metrics.oof) return metrics.oof;
  const header = await readHeader(database, file);
  const data = { id: ws.project.data.id, targets: targetColumns(ws.project) };
  return findOofColumns(path.basename(file), header, data);
}

function columnFault(ws: Workspace, { target, prediction }: OofColumns): string | undefined {
  const targets = targetColumns(ws.project);
  if (target.length !== targets.length)
    return `the OOF file has ${target.length} targets, project.yml ${targets.length}`;
  const shared = target.find((name) => prediction.includes(name));
  return shared === undefined ? undefined : `${shared} is named as target and as prediction`;
}

async function proveJoined(
  ws: Workspace,
  { found, columns, joined }: Oof,
  metrics: Metrics,
): Promise<Proof> {
  const { repeats, isTime } = splitOf(ws, metrics);
  const fault =
    rowFault(joined, {
      repeats,
      folds: metrics.fold_scores.length,
      timeSplit: isTime,
      targets: columns.target,
    }) ?? foldFault(joined, metrics);
  if (fault !== undefined) return mismatch(fault);
  const proof =
    findMetric(metrics.metric) === undefined
      ? unverifiable(`${metrics.metric} is not a metric Crossfold computes`)
      : judge(metrics, recompute(joined, columns, metrics));
  if (proof.verdict === "mismatch") return proof;
  const warnings = warningsOf(joined, metrics);
  return {
    ...proof,
    rows: { scored: joined.labelled - joined.missing.count, of: joined.labelled },
    folds_sha256: joined.foldsSha256 ?? null,
    oof_sha256: await found.sha256(),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function foldFault({ folds, foldsSha256 }: JoinedOof, metrics: Metrics): string | undefined {
  const claimed = metrics.validation.folds_sha256;
  const scores = metrics.fold_scores.length;
  if (folds === undefined) {
    if (claimed !== undefined)
      return "validation.folds_sha256 cannot be proved: the OOF file has no fold column";
    return scores === 1
      ? undefined
      : `there are ${scores} fold scores, but the OOF file has no fold column`;
  }
  const used = new Set(folds.codes);
  const names = folds.names.filter((_, code) => used.has(code));
  const part = names.find((name) => Number.isFinite(Number(name)) && Number(name) % 1 !== 0);
  if (part !== undefined) return `fold ${part} in the OOF file is no whole number`;
  if (names.length !== scores)
    return `there are ${scores} fold scores, but ${names.length} folds in the OOF file`;
  return claimed !== undefined && claimed !== foldsSha256
    ? "validation.folds_sha256 is not that of the folds in the OOF file"
    : undefined;
}

function warningsOf({ targets }: JoinedOof, { metric, cv_score }: Metrics): string[] {
  if (!isNearPerfect(metric, targets, cv_score)) return [];
  return [`${metric} ${formatScore(cv_score)} is near-perfect: does a feature leak the target?`];
}

function unverifiable(summary: string): Proof & { verdict: "unverifiable" } {
  return { verdict: "unverifiable", summary };
}

function mismatch(summary: string): Proof {
  return { verdict: "mismatch", summary };
}
