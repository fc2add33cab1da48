import path from "node:path";
import type { Context } from "../../core/context.ts";
import type { CvEntry } from "../../core/score/ledger.ts";
import { type Metrics, otherFolds, parseMetrics, refusal } from "../../core/score/metrics-file.ts";
import { type Project, targetColumns } from "../../core/competition/project.ts";
import type { WholeRun } from "../../core/run/run.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import type { Proof } from "../../core/score/proof.ts";
import { validationOf } from "../../core/score/repeats.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { hashCompetitionData } from "../../storage/competition/data-hashes.ts";
import { hashFile, hashFolder } from "../../storage/files/hashes.ts";
import { artifactsOf, readNotes } from "../../storage/run/run-artifacts.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { MetricSource } from "./own-metric-score.ts";
import { evidenceOfRun } from "./evidence-of-run.ts";
import { proveScore } from "./prove-score.ts";
import { readLooseText } from "../../storage/files/read-text.ts";

/**
 * The ledger line of a run that succeeded, from the metrics.json in its record, proved from its OOF file where that is
 * possible, under the project.yml that it was started with. Throws a UserError saying why it may not be recorded.
 */
export async function measureRun(
  context: Context,
  ws: Workspace,
  run: WholeRun,
  experiment: string,
): Promise<CvEntry> {
  const { spec } = run;
  const { project, folder, files } = await evidenceOfRun(ws, spec.id, experiment);
  await requireSameRecord(ws, spec);
  await requireSameData(ws, project, spec);
  const file = path.join(folder, recordFiles.metrics);
  const expected = {
    nSplits: project.validation.n_splits,
    nRepeats: project.validation.n_repeats,
    metric: project.metric.name,
    direction: project.metric.direction,
  };
  const name = path.relative(ws.root, file);
  const metrics = parseMetrics(await readLooseText(file), name, expected);
  const { verdict, summary, ...proved } = await prove({ ...ws, project }, folder, metrics, {
    context,
    files,
  });
  // Without folds in an OOF file nothing but project.yml says how many there are.
  if (proved.split === undefined && !metrics.partial) {
    const why = otherFolds(metrics, expected);
    if (why !== undefined) throw refusal(name, why);
  }
  await requireAsLeft(ws, spec.id, {
    [recordFiles.metrics]: await hashFile(file),
    [path.normalize(metrics.oof?.file ?? "oof.csv")]: proved.oof_sha256,
  });
  return {
    kind: "cv",
    at: context.now().toISOString(),
    run: spec.id,
    score: metrics.cv_score,
    folds: metrics.fold_scores,
    cv_is: metrics.cv_is,
    metric: metrics.metric,
    direction: metrics.direction,
    target: targetColumns(project),
    validation: validationOf(project.validation, metrics, proved.split),
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
  folder: string,
  metrics: Metrics,
  source: MetricSource,
): Promise<Exclude<Proof, { verdict: "mismatch" }>> {
  const proof = await proveScore(ws, folder, metrics, source);
  if (proof.verdict !== "mismatch") return proof;
  throw new UserError({
    code: "score-mismatch",
    message: `no score can be recorded: ${proof.summary}`,
    at: { file: path.relative(ws.root, path.join(folder, metrics.oof?.file ?? "metrics.json")) },
    expected: `${metrics.metric} over the ${metrics.cv_is === "oof" ? "whole OOF" : "folds of the OOF"} to be cv_score`,
    next: `fix ${proof.culprit ?? "what train.py writes"}, then train again`,
  });
}

/** What a run was started with is what it is judged by: a script that rewrites its own record is refused. */
async function requireSameRecord(ws: Workspace, { id, hashes }: RunSpec): Promise<void> {
  if (hashes.project === undefined) return;
  const record = runFolder(ws, id);
  const then = [
    { name: recordFiles.project, hash: hashes.project, hashOf: hashFile },
    { name: recordFiles.code, hash: hashes.code, hashOf: hashFolder },
  ];
  const now = await Promise.all(
    then.map(({ name, hashOf }) => hashOf(path.join(record, name)).catch(() => "")),
  );
  const changed = then.find(({ hash }, index) => now[index] !== hash)?.name;
  if (changed === undefined) return;
  throw new UserError({
    code: "record-changed",
    message: `no score can be recorded: ${changed} in the run's record was changed since the run started`,
    at: { file: path.relative(ws.root, path.join(record, changed)) },
    expected: "the record as Crossfold wrote it",
    next: "train again with a script that leaves its run's record alone",
  });
}

/** Folds and targets are those of the data as it was: a score under other data is of nothing that is there. */
async function requireSameData(ws: Workspace, project: Project, spec: RunSpec): Promise<void> {
  const now = await hashCompetitionData({ ...ws, project });
  const changed = Object.entries(spec.hashes.data).find(([name, hash]) => now[name] !== hash);
  if (changed === undefined) return;
  throw new UserError({
    code: "data-changed",
    message: `no score can be recorded: ${changed[0]} is not the file that it was when the run started`,
    at: { file: changed[0] },
    expected: "the competition's files to stay as they are while a run trains",
    next: "put the file right, then train again",
  });
}

/** A process that the script left behind may have written since: what was scored has to be what was written down. */
async function requireAsLeft(
  ws: Workspace,
  run: string,
  scored: Record<string, string | null | undefined>,
): Promise<void> {
  const record = runFolder(ws, run);
  const notes = await readNotes(record);
  const changed = Object.entries(scored).find(
    ([name, hash]) => hash && notes?.[name] && notes[name].sha256 !== hash,
  );
  if (changed === undefined) return;
  throw new UserError({
    code: "artifacts-changed",
    message: `no score can be recorded: ${changed[0]} is not what it was when the run ended`,
    at: { file: path.relative(ws.root, path.join(artifactsOf(record), changed[0])) },
    expected: "nothing that train.py started to write on after its end",
    next: "let train.py wait for what it starts, then train again",
  });
}
