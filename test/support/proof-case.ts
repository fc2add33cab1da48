import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Project, projectSchema } from "../../src/core/competition/project.ts";
import { type Metrics, parseMetrics } from "../../src/core/score/metrics-file.ts";
import type { Proof } from "../../src/core/score/proof.ts";
import { proveScore } from "../../src/operations/score/prove-score.ts";
import { paths, type Workspace } from "../../src/storage/workspace/workspace.ts";
import { afterFile } from "./after-file.ts";

type Row = Record<string, string | number | boolean>;

/** 20 rows; predictions are right but for every fifth row, so accuracy is 0.8 over all and in most of 5 folds. */
export const rows = Array.from({ length: 20 }, (_, index) => ({
  id: `p${index}`,
  y: index % 3 === 0 ? "yes" : "no",
  pred: (index % 3 === 0) === (index % 5 !== 0 || index === 0) ? "yes" : "no",
  fold: index % 5,
}));

/** 20 rows of a regression: the target, and a prediction that is 1 too high or too low, so rmse is 1 everywhere. */
export const values = Array.from({ length: 20 }, (_, index) => ({
  id: index,
  y: 10 * index,
  pred: 10 * index + (index % 2 === 0 ? 1 : -1),
  fold: index % 5,
}));
/** What a case of the regression needs beside its rows. */
export const regression = {
  data: values.map(({ id, y }) => ({ id, y })),
  metric: { name: "rmse", direction: "minimize" },
  metrics: { cv_score: 1, fold_scores: [1, 1, 1, 1, 1] },
} as const;

export function csv(table: readonly Row[]): string {
  const header = Object.keys(table[0]!);
  const lines = table.map((row) => header.map((name) => row[name]).join(","));
  return `${[header.join(","), ...lines].join("\n")}\n`;
}

const accuracyOf = (table: readonly { y: string; pred: string }[]) =>
  table.filter(({ y, pred }) => y === pred).length / table.length;

/** The scores that metrics.json of an honest script gives for the rows. */
export const scoresOf = (table: typeof rows) => ({
  cv_score: accuracyOf(table),
  fold_scores: [...new Set(table.map(({ fold }) => fold))]
    .toSorted((a, b) => a - b)
    .map((fold) => accuracyOf(table.filter((row) => row.fold === fold))),
});

/** A competition and what a script left of it. */
export interface ProofCase {
  /** Rows of train.csv; by default those of `rows`. */
  data?: readonly Row[] | string;
  /** Other files in the competition's folder. */
  files?: Record<string, string>;
  /** Rows of oof.csv, or its text. */
  oof?: readonly Row[] | string | Buffer;
  project?: Partial<Project["data"]>;
  metric?: Project["metric"];
  validation?: Partial<Project["validation"]>;
  metrics?: object;
}

/** A workspace with a competition, and a folder with what the script wrote. */
export async function layOut(
  given: ProofCase,
): Promise<{ ws: Workspace; artifacts: string; metrics: Metrics }> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), "crossfold-proof-")));
  afterFile(() => rm(root, { recursive: true, force: true }));
  const project = projectSchema.parse({
    competition_name: "toy",
    competition_platform: "local",
    data: { id: "id", target: "y", ...given.project },
    metric: given.metric ?? { name: "accuracy", direction: "maximize" },
    validation: { strategy: "KFold", n_splits: 5, seed: 42, ...given.validation },
  });
  const ws: Workspace = { root, project };
  const { data = rows.map(({ id, y }) => ({ id, x: 1, y })), oof = rows } = given;
  await mkdir(paths.input(ws), { recursive: true });
  const files = {
    [project.data.train]: typeof data === "string" ? data : csv(data),
    ...given.files,
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(path.join(paths.input(ws), name), text);
  const artifacts = path.join(root, "left");
  await mkdir(artifacts);
  const isText = typeof oof === "string" || Buffer.isBuffer(oof);
  await writeFile(path.join(artifacts, "oof.csv"), isText ? oof : csv(oof));
  const claimed = {
    ...scoresOf(rows),
    cv_is: "oof",
    oof: { file: "oof.csv", id: "id", target: "y", prediction: "pred", fold: "fold" },
    ...given.metrics,
  };
  const { name: metric, direction } = project.metric;
  const nRepeats = project.validation.n_repeats;
  const expected = { nSplits: 5, nRepeats, metric, direction };
  return {
    ws,
    artifacts,
    metrics: parseMetrics(JSON.stringify(claimed), "metrics.json", expected),
  };
}

export async function prove(given: ProofCase): Promise<Proof> {
  const { ws, artifacts, metrics } = await layOut(given);
  return proveScore(ws, artifacts, metrics);
}
