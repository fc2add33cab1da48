import { stat } from "node:fs/promises";
import path from "node:path";
import { type Project, targetColumns } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { findMetric } from "../../core/metrics/known-metrics.ts";
import { runIdPattern } from "../../core/run/run-spec.ts";
import type { CvEntry } from "../../core/score/ledger.ts";
import {
  metricsDifferences,
  proofDifferences,
  runDifferences,
} from "../../core/score/line-differences.ts";
import { claimedMetric, type Metrics, parseMetrics } from "../../core/score/metrics-file.ts";
import { splitsOf } from "../../core/score/repeats.ts";
import type { LineVerdict, VerifyOutcome } from "../../core/score/verification.ts";
import { hashFile, hashFolder } from "../../storage/files/hashes.ts";
import { readRankingMetric } from "../../storage/score/ranking-metric.ts";
import { readRun, recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { proveScore } from "./prove-score.ts";
import { evidenceOfRun, type RunEvidenceFiles } from "./evidence-of-run.ts";
import {
  findKeptOof,
  hasRecord,
  type KeptOof,
  readKeptMetrics,
  readVerdicts,
} from "./kept-evidence.ts";
import type { MetricSource } from "./own-metric-score.ts";

/** SHA-256 of a data file as it is now, by its absolute path; undefined where it is not there. */
export type HashData = (file: string) => Promise<string | undefined>;

/**
 * Whether the run that a ledger line names gives just this line: its record, its metrics.json, and its score computed
 * again from the OOF predictions that it kept. What cannot be computed here is told apart from what is wrong.
 */
export async function verifyLine(
  context: NonNullable<MetricSource["context"]>,
  ws: Workspace,
  experiment: string,
  line: CvEntry,
  hashData: HashData,
): Promise<LineVerdict> {
  if (!runIdPattern.test(line.run)) return contradicted([`${line.run} is no run's id`]);
  if (!hasRecord(ws, line.run)) return { outcome: "not-on-this-machine", why: [] };
  const folder = runFolder(ws, line.run);
  const run = await readRun(ws, line.run).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  if (run instanceof UserError)
    return verdict(run.code === "run-copied" ? "contradicted" : "not-kept", run.message);
  const faults = runDifferences(line, experiment, { run, ...(await readVerdicts(folder)) });
  if (faults.length > 0) return contradicted(faults);
  if (await isCodeEdited(folder, line.code_sha256))
    return contradicted(["the code in its run's record is not what ran"]);
  const evidence = await evidenceOfRun(ws, line.run, experiment);
  const text = await readKeptMetrics(folder, evidence.folder);
  if (text === undefined) return verdict("not-kept", "its run's metrics.json is gone");
  const metrics = keptMetrics(text, line);
  if (metrics instanceof UserError) return contradicted([metrics.message]);
  const others = metricsDifferences(line, metrics);
  if (others.length > 0) return contradicted(others);
  return verifyScore(context, ws, line, { evidence, metrics, hashData });
}

/** metrics.json read by the line's metric; a UserError where no score can be taken from it. */
function keptMetrics(text: string, line: CvEntry): Metrics | UserError {
  const nSplits = Number(line.validation["n_splits"]);
  const nRepeats = splitsOf(line).repeats;
  const { metric = line.metric, direction = line.direction } = claimedMetric(text);
  const expected = { nSplits: nSplits || line.folds.length, nRepeats, metric, direction };
  try {
    return parseMetrics(text, recordFiles.metrics, expected);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** What Python leaves beside the code that it runs is no edit. */
async function isCodeEdited(folder: string, sha256: string): Promise<boolean> {
  const code = path.join(folder, recordFiles.code);
  const there = await stat(code).catch(() => undefined);
  if (there === undefined) return false;
  return (await hashFolder(code, (name) => !/(^|\/)__pycache__\//.test(name))) !== sha256;
}

interface Kept {
  evidence: RunEvidenceFiles;
  metrics: Metrics;
  hashData: HashData;
}

async function verifyScore(
  context: NonNullable<MetricSource["context"]>,
  ws: Workspace,
  line: CvEntry,
  { evidence, metrics, hashData }: Kept,
): Promise<LineVerdict> {
  const own = { ...ws, project: projectOf(evidence, line) };
  const oof = await findKeptOof(evidence.folder, metrics.oof?.file ?? "oof.csv");
  const isKnown = isComputable(own, line);
  if (oof === undefined) {
    if (line.proof.verdict === "unverifiable") return verdict("unverified", line.proof.summary);
    return isKnown ? verdict("not-kept", "its predictions were not kept") : overstated(line);
  }
  const changed = (await dataChange(own, line, hashData)) ?? otherTarget(evidence, line);
  if (changed !== undefined) return changed;
  const { files } = evidence;
  const source = (await readRankingMetric({ ...own, root: files })).sha256;
  if (line.metric_sha256 && line.metric_sha256 !== source)
    return verdict("unverified", `the source of ${line.metric} is not the one that scored it`);
  return prove(own, line, { metrics, oof, isKnown, evidence, context });
}

interface Proving {
  metrics: Metrics;
  oof: KeptOof;
  isKnown: boolean;
  evidence: RunEvidenceFiles;
  context: NonNullable<MetricSource["context"]>;
}

async function prove(
  ws: Workspace,
  line: CvEntry,
  { metrics, oof, isKnown, evidence, context }: Proving,
): Promise<LineVerdict> {
  const { folder, files } = evidence;
  // A file kept in a compact form since has other bytes: then the rest has to tell.
  if (oof.original && line.oof_sha256 && (await hashFile(oof.file)) !== line.oof_sha256)
    return contradicted([`${oof.name} of its run is not the file that was scored`]);
  const proof = await proveScore(ws, folder, asClaim(line, metrics, oof), { context, files });
  if (proof.verdict === "mismatch")
    return proof.culprit === undefined
      ? contradicted([proof.summary])
      : verdict("unverified", proof.summary);
  const faults = proofDifferences(line, proof);
  if (faults.length > 0) return contradicted(faults);
  if (proof.verdict === "verified") return { outcome: "verified", why: [] };
  return line.proof.verdict === "verified" && !isKnown
    ? overstated(line)
    : verdict("unverified", proof.summary);
}

/** The line's own numbers, to be proved with what metrics.json says of the columns. */
function asClaim(line: CvEntry, metrics: Metrics, oof: KeptOof): Metrics {
  return {
    ...metrics,
    cv_score: line.score,
    fold_scores: line.folds,
    cv_is: line.cv_is,
    validation: { ...metrics.validation, n_repeats: splitsOf(line).repeats },
    metric: line.metric,
    direction: line.direction,
    ...(metrics.oof ? { oof: { ...metrics.oof, file: oof.name } } : {}),
  };
}

/** Where project.yml has come to name another metric than the run's, the line's own stands in its place. */
function projectOf(
  { project, ownProject }: RunEvidenceFiles,
  { metric, direction }: CvEntry,
): Project {
  return ownProject || project.metric.name === metric
    ? project
    : { ...project, metric: { name: metric, direction } };
}

function isComputable({ project }: Workspace, { metric, metric_sha256 }: CvEntry): boolean {
  const isOwn = project.metric.function !== undefined || Boolean(metric_sha256);
  return isOwn || findMetric(metric) !== undefined;
}

/** A score that nothing can have proved does not become a verified one by a word in the ledger. */
function overstated({ metric }: CvEntry): LineVerdict {
  return contradicted([`proof is verified, but ${metric} is not a metric Crossfold computes`]);
}

/** Where the targets are not those that the run was trained on, another score would come out. */
async function dataChange(
  ws: Workspace,
  line: CvEntry,
  hashData: HashData,
): Promise<LineVerdict | undefined> {
  const { train, labels } = ws.project.data;
  for (const name of [train, labels ?? []].flat()) {
    const file = path.join(paths.input(ws), name);
    const shown = path.relative(ws.root, file);
    const before = line.data_sha256[shown];
    const now = await hashData(file);
    if (now === undefined) return verdict("data-changed", `${shown} is not here`);
    if (before === undefined && Object.keys(line.data_sha256).length > 0)
      return verdict("data-changed", `its run did not have ${shown}`);
    if (before !== undefined && before !== now)
      return verdict("data-changed", `${shown} is not the file that its run had`);
  }
  return undefined;
}

function otherTarget(
  { project, ownProject }: RunEvidenceFiles,
  { target }: CvEntry,
): LineVerdict | undefined {
  const now = targetColumns(project);
  if (target === undefined || target.join("\n") === now.join("\n")) return undefined;
  const why = `its target is ${target.join(", ") || "none"}, project.yml names ${now.join(", ") || "none"}`;
  return ownProject ? contradicted([why]) : verdict("unverified", why);
}

function verdict(outcome: VerifyOutcome, why: string): LineVerdict {
  return { outcome, why: [why] };
}

function contradicted(why: string[]): LineVerdict {
  return { outcome: "contradicted", why };
}
