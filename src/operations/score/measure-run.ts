import { readFile } from "node:fs/promises";
import path from "node:path";
import type { CvEntry } from "../../core/score/ledger.ts";
import { type Metrics, parseMetrics } from "../../core/score/metrics-file.ts";
import type { Run } from "../../core/run/run.ts";
import type { Proof } from "../../core/score/proof.ts";
import { targetColumns } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { proveScore } from "./prove-score.ts";

/**
 * The ledger line of a run that succeeded, from the metrics.json it left, proved from its OOF file where that is
 * possible. Throws a UserError saying why the score may not be recorded.
 */
export async function measureRun(
  ws: Workspace,
  run: Run,
  experiment: string,
  now: Date,
): Promise<CvEntry> {
  const { spec } = run;
  const file = path.join(runFolder(ws, spec.id), recordFiles.metrics);
  const text = await readText(file);
  const metrics = parseMetrics(text, path.relative(ws.root, file), {
    nSplits: ws.project.validation.n_splits,
    metric: ws.project.metric.name,
    direction: ws.project.metric.direction,
  });
  const { verdict, summary, ...proved } = await prove(ws, experiment, metrics, text);
  return {
    kind: "cv",
    at: now.toISOString(),
    run: spec.id,
    score: metrics.cv_score,
    folds: metrics.fold_scores,
    cv_is: metrics.cv_is,
    metric: metrics.metric,
    direction: metrics.direction,
    target: targetColumns(ws.project),
    validation: { ...ws.project.validation, ...metrics.validation },
    config: metrics.config,
    proof: { verdict, summary },
    ...proved,
    git_commit: spec.git?.commit ?? null,
    code_sha256: spec.hashes.code,
    data_sha256: spec.hashes.data,
  };
}

async function prove(
  ws: Workspace,
  experiment: string,
  metrics: Metrics,
  text: string | undefined,
): Promise<Exclude<Proof, { verdict: "mismatch" }>> {
  const artifacts = paths.artifacts(ws, experiment);
  // The artifacts folder is the newest run's; an older run's predictions are gone.
  if ((await readText(paths.metrics(ws, experiment))) !== text)
    return { verdict: "unverifiable", summary: "artifacts/ belongs to another run by now" };
  const proof = await proveScore(ws, artifacts, metrics);
  if (proof.verdict !== "mismatch") return proof;
  throw new UserError({
    code: "score-mismatch",
    message: `no score can be recorded: ${proof.summary}`,
    at: { file: path.relative(ws.root, path.join(artifacts, metrics.oof?.file ?? "metrics.json")) },
    expected: `${metrics.metric} over the ${metrics.cv_is === "oof" ? "whole OOF" : "folds of the OOF"} to be cv_score`,
    next: "fix what train.py writes, then train again",
  });
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
