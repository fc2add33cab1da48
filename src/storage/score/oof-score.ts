import path from "node:path";
import { type Evaluation, evaluate } from "../../core/metrics/evaluate.ts";
import { findMetric } from "../../core/metrics/known-metrics.ts";
import type { Metrics, OofColumns } from "../../core/score/metrics-file.ts";
import type { Recomputed } from "../../core/score/proof.ts";
import { mean } from "../../core/score/score.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { type CsvTable, readCsv } from "../files/csv-file.ts";

/** Computes CV and fold scores again from the OOF file that metrics.json names, lying in `folder`. */
export async function recomputeFromOof(folder: string, metrics: Metrics): Promise<Recomputed> {
  const { oof } = metrics;
  if (findMetric(metrics.metric) === undefined)
    return { impossible: `${metrics.metric} is not a metric Crossfold computes` };
  if (!oof) return { impossible: "metrics.json names no OOF file" };
  const file = path.resolve(folder, oof.file);
  if (path.relative(folder, file).startsWith(".."))
    return { impossible: `the OOF file ${oof.file} is not in artifacts/` };
  try {
    return recompute(await readOof(file, oof), oof, metrics);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { impossible: `${oof.file}: ${error.message}` };
  }
}

async function readOof(file: string, oof: OofColumns): Promise<CsvTable> {
  const names = [...oof.target, ...oof.prediction, ...(oof.fold === undefined ? [] : [oof.fold])];
  const table = await readCsv(file, names);
  const missing = names.filter((name) => !table.columns.has(name));
  if (missing.length === 0) return table;
  throw new UserError({ code: "oof-columns", message: `no column ${missing.join(", ")}` });
}

function recompute(table: CsvTable, oof: OofColumns, metrics: Metrics): Recomputed {
  const rows = predictedRows(table, oof);
  const folds = foldScores(table, oof, metrics, rows);
  if (metrics.cv_is === "fold_mean") {
    if (folds === undefined) return { impossible: `${oof.file} does not tell the folds apart` };
    return { score: mean(folds), folds, rows: rows.length };
  }
  const score = evaluateRows(table, oof, metrics.metric, rows);
  return typeof score === "number" ? { score, folds, rows: rows.length } : score;
}

/** Rows that a fold predicted: TimeSeriesSplit leaves the first ones without. */
function predictedRows(table: CsvTable, oof: OofColumns): number[] {
  const predictions = oof.prediction.map((name) => table.columns.get(name)!);
  const folds = oof.fold === undefined ? undefined : table.columns.get(oof.fold);
  return [...table.lines.keys()].filter(
    (row) =>
      folds?.[row] !== "" &&
      folds?.[row] !== "-1" &&
      predictions.some((values) => values[row] !== ""),
  );
}

/** The score of each fold in the folds' order; undefined where they cannot be told apart or scored alone. */
function foldScores(
  table: CsvTable,
  oof: OofColumns,
  metrics: Metrics,
  rows: readonly number[],
): number[] | undefined {
  if (oof.fold === undefined) return undefined;
  const folds = groupRows(rows, table.columns.get(oof.fold)!);
  if (folds.size !== metrics.fold_scores.length) return undefined;
  const names = [...folds.keys()].toSorted((a, b) => Number(a) - Number(b));
  const scores = names.map((name) => evaluateRows(table, oof, metrics.metric, folds.get(name)!));
  return scores.every((score) => typeof score === "number") ? scores : undefined;
}

function groupRows(rows: readonly number[], values: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const group = groups.get(values[row]!);
    if (group === undefined) groups.set(values[row]!, [row]);
    else group.push(row);
  }
  return groups;
}

function evaluateRows(
  table: CsvTable,
  oof: OofColumns,
  metric: string,
  rows: readonly number[],
): Evaluation {
  const pick = (name: string) => {
    const values = table.columns.get(name)!;
    return rows.map((row) => values[row]!);
  };
  return evaluate(metric, {
    actual: oof.target.map(pick),
    predicted: oof.prediction.map((name) => ({ name, values: pick(name) })),
    classes: oof.classes?.map(String),
  });
}
