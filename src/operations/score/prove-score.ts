import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { formatLocation, UserError } from "../../core/errors/user-error.ts";
import { whyOutside } from "../../core/competition/metric-setting.ts";
import { type Project, targetColumns } from "../../core/competition/project.ts";
import { type Column, evaluate } from "../../core/metrics/evaluate.ts";
import { findMetric } from "../../core/metrics/known-metrics.ts";
import { rowFault } from "../../core/score/joined-oof.ts";
import type { Metrics, OofColumns } from "../../core/score/metrics-file.ts";
import { findOofColumns } from "../../core/score/oof-columns.ts";
import { howToDeclare, partialFacts, partialFault } from "../../core/score/partial.ts";
import { judge, type Proof, type Recomputed } from "../../core/score/proof.ts";
import { mean } from "../../core/score/score.ts";
import { readOwnMetric } from "../../storage/competition/own-metric-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { type Database, makeDatabase } from "../../tables/database.ts";
import { joinOof, type JoinedOof } from "../../tables/join-oof.ts";
import { areNumbers } from "../../tables/number-columns.ts";
import { readHeader } from "../../tables/text-table.ts";
import {
  type MetricSource,
  recomputeByOwnMetric,
  type RunnableMetric,
} from "./own-metric-score.ts";

/**
 * Proves a claimed score from the OOF predictions in `folder`, joined to the competition's own training data: the score
 * is computed on the data's targets, never on those that the script wrote.
 */
export async function proveScore(
  ws: Workspace,
  folder: string,
  metrics: Metrics,
  source: MetricSource = {},
): Promise<Proof> {
  const outside = claimOutside(ws.project.metric, metrics);
  if (outside !== undefined) return mismatch(outside);
  try {
    const own = await readOwnMetric({ ...ws, root: source.files ?? ws.root });
    const proof =
      own === undefined && findMetric(metrics.metric) === undefined
        ? await proveRows(ws, folder, metrics)
        : await proveFile(ws, folder, metrics, own && { own, source });
    if (proof.verdict === "mismatch") return proof;
    const { partial } = metrics;
    return {
      ...(partial ? partialFacts(partial.rows, partial.of, partial) : {}),
      ...(own === undefined ? {} : { metric_sha256: own.sha256 }),
      ...proof,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      ...mismatch(`${placeOf(error)}${error.message}`),
      ...(error.code === "own-metric" ? { culprit: error.at!.file } : {}),
    };
  }
}

/** Of a metric that Crossfold cannot compute, rows and targets alone, where the OOF file can be read. */
async function proveRows(ws: Workspace, folder: string, metrics: Metrics): Promise<Proof> {
  const unknown = unverifiable(`${metrics.metric} is not a metric Crossfold computes`);
  try {
    const proof = await proveFile(ws, folder, metrics, undefined);
    return proof.verdict === "mismatch" ? proof : { ...proof, ...unknown };
  } catch (error) {
    if (error instanceof UserError) return unknown;
    throw error;
  }
}

/** Where an error is, in front of its message: a file of the workspace by its path, another by its name. */
function placeOf({ at }: UserError): string {
  if (at === undefined) return "";
  const file = path.isAbsolute(at.file) ? path.basename(at.file) : at.file;
  return `${formatLocation({ ...at, file })}: `;
}

async function proveFile(
  ws: Workspace,
  folder: string,
  metrics: Metrics,
  runnable: RunnableMetric | undefined,
): Promise<Proof> {
  const targets = targetColumns(ws.project);
  if (targets.length === 0) return unverifiable("project.yml names no data.target");
  const named = metrics.oof?.file ?? "oof.csv";
  const file = await fileInside(folder, named);
  if (file === undefined) return unverifiable(`there is no OOF file ${named} in artifacts/`);
  const database = await makeDatabase(paths.cache(ws));
  try {
    return await prove(ws, database, file, metrics, runnable);
  } finally {
    await database.close();
  }
}

/** A plain file below the folder, not by a link out of it; undefined where there is none. */
async function fileInside(folder: string, name: string): Promise<string | undefined> {
  const file = path.resolve(folder, name);
  const facts = await lstat(file).catch(() => undefined);
  if (facts?.isFile() !== true) return undefined;
  const below = path.relative(await realpath(folder), await realpath(file));
  return below.startsWith("..") || path.isAbsolute(below) ? undefined : file;
}

async function prove(
  ws: Workspace,
  database: Database,
  file: string,
  metrics: Metrics,
  runnable: RunnableMetric | undefined,
): Promise<Proof> {
  const { data } = ws.project;
  const targets = targetColumns(ws.project);
  const found =
    metrics.oof ??
    findOofColumns(path.basename(file), await readHeader(database, file), { id: data.id, targets });
  if (found === undefined)
    return unverifiable(
      `which columns of ${path.basename(file)} are targets and predictions is not clear`,
    );
  if (found.target.length !== targets.length)
    return mismatch(
      `the OOF file has ${found.target.length} targets, project.yml ${targets.length}`,
    );
  const shared = found.target.find((name) => found.prediction.includes(name));
  if (shared !== undefined) return mismatch(`${shared} is named as target and as prediction`);
  const joined = await join(ws, database, file, found, metrics);
  const fault = faultOf(ws, joined, found, metrics);
  if (fault !== undefined) return fault;
  const recomputed =
    runnable === undefined
      ? recompute(joined, found, metrics)
      : await recomputeByOwnMetric(ws, runnable, joined, found, metrics.cv_is);
  const { labelled, missing } = joined;
  const facts = partialFacts(labelled - missing.count, labelled, metrics.partial ?? undefined);
  const proof = judge(metrics, recomputed);
  return proof.verdict === "mismatch" ? proof : { ...proof, ...facts };
}

async function join(
  ws: Workspace,
  database: Database,
  file: string,
  columns: OofColumns,
  metrics: Metrics,
): Promise<JoinedOof> {
  const { data } = ws.project;
  const train = path.join(paths.input(ws), data.train);
  // Without such a column the number of the row is the id, as in the template.
  const hasIds = data.id !== undefined && (await readHeader(database, train)).includes(data.id);
  const needs = findMetric(metrics.metric)?.needs;
  const numeric =
    needs === undefined
      ? {
          target: await areNumbers(database, train, targetColumns(ws.project)),
          prediction: await areNumbers(database, file, columns.prediction),
        }
      : { target: needs === "values", prediction: needs !== "labels" };
  return joinOof(database, {
    train,
    oof: file,
    time: ws.project.validation.time,
    dataId: hasIds ? data.id : undefined,
    oofId: columns.id ?? (hasIds ? data.id : undefined),
    targets: targetColumns(ws.project).map((name, index) => ({
      data: name,
      oof: columns.target[index]!,
    })),
    predictions: columns.prediction,
    fold: columns.fold,
    numeric,
  });
}

const none = { count: 0, ids: [], first: true };

function faultOf(
  ws: Workspace,
  joined: JoinedOof,
  columns: OofColumns,
  metrics: Metrics,
): Proof | undefined {
  const repeats = Number(metrics.validation.n_repeats ?? 1);
  const strategy = String(metrics.validation.strategy ?? ws.project.validation.strategy);
  const timeSplit = /time|expanding|rolling|purged|forward/i.test(strategy);
  const others = rowFault({ ...joined, missing: none }, { repeats, timeSplit });
  if (others !== undefined) return mismatch(others);
  const { partial } = metrics;
  const rows = partial ? partialFault(joined, partial) : rowFault(joined, { repeats, timeSplit });
  if (rows !== undefined) return mismatch(partial ? rows : `${rows}; ${howToDeclare(joined)}`);
  if (joined.forged !== undefined) {
    const { target, id, claimed, own } = joined.forged;
    return mismatch(
      `${columns.target[target]} of ${id} is ${claimed || "empty"} in the OOF file and ${own} in the data`,
    );
  }
  const folds =
    joined.folds === undefined ? metrics.fold_scores.length : new Set(joined.folds).size;
  if (folds !== metrics.fold_scores.length)
    return mismatch(
      `there are ${metrics.fold_scores.length} fold scores, but ${folds} folds in the OOF file`,
    );
  const claimed = metrics.validation.folds_sha256;
  if (claimed !== undefined && joined.folds === undefined)
    return mismatch("validation.folds_sha256 cannot be proved: oof names no fold column");
  if (claimed !== undefined && claimed !== joined.foldsSha256)
    return mismatch("validation.folds_sha256 is not that of the folds in the OOF file");
  return undefined;
}

function recompute(joined: JoinedOof, columns: OofColumns, metrics: Metrics): Recomputed {
  const rows = Array.from({ length: joined.targets[0]!.length }, (_, row) => row);
  const folds = foldScores(joined, columns, metrics, rows);
  if (metrics.cv_is === "fold_mean") {
    if (folds === undefined) return { impossible: "the OOF file does not tell the folds apart" };
    return { score: mean(folds), folds, rows: rows.length };
  }
  const score = evaluateRows(joined, columns, metrics.metric, undefined);
  return typeof score === "number" ? { score, folds, rows: rows.length } : score;
}

function foldScores(
  { folds, ...joined }: JoinedOof,
  columns: OofColumns,
  { metric }: Metrics,
  rows: readonly number[],
): number[] | undefined {
  if (folds === undefined) return undefined;
  const groups = groupRows(rows, folds);
  const names = [...groups.keys()].toSorted((a, b) => Number(a) - Number(b));
  const scores = names.map((name) => evaluateRows(joined, columns, metric, groups.get(name)!));
  return scores.every((score) => typeof score === "number") ? scores : undefined;
}

function groupRows(rows: readonly number[], folds: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const group = groups.get(folds[row]!);
    if (group === undefined) groups.set(folds[row]!, [row]);
    else group.push(row);
  }
  return groups;
}

function evaluateRows(
  joined: Pick<JoinedOof, "targets" | "predictions">,
  columns: OofColumns,
  metric: string,
  rows: readonly number[] | undefined,
) {
  const pick = (column: Column): Column => {
    if (rows === undefined) return column;
    if (column instanceof Float64Array) return Float64Array.from(rows, (row) => column[row]!);
    return rows.map((row) => column[row]!);
  };
  return evaluate(metric, {
    actual: joined.targets.map(pick),
    predicted: columns.prediction.map((name, index) => ({
      name,
      values: pick(joined.predictions[index]!),
    })),
    classes: columns.classes?.map(String),
  });
}

/** Why a claimed score lies outside the range that project.yml gives. */
function claimOutside(
  metric: Project["metric"],
  { cv_score, fold_scores }: Metrics,
): string | undefined {
  const named = fold_scores.map((score, fold): [string, number] => [`fold_scores[${fold}]`, score]);
  for (const [key, score] of [["cv_score", cv_score] as const, ...named]) {
    const why = whyOutside(metric, score);
    if (why !== undefined) return `${key} is ${score}, but ${why}`;
  }
  return undefined;
}

function unverifiable(summary: string): Proof {
  return { verdict: "unverifiable", summary };
}

function mismatch(summary: string): Proof & { verdict: "mismatch" } {
  return { verdict: "mismatch", summary };
}
