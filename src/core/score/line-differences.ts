import { mask, maskConfig } from "../secrets/mask.ts";
import type { WholeRun } from "../run/run.ts";
import type { Judgement } from "./judgement.ts";
import type { CvEntry } from "./ledger.ts";
import type { Metrics } from "./metrics-file.ts";
import type { Proof } from "./proof.ts";
import { sameScore } from "./score.ts";
import { rowsText } from "./standing.ts";

/** What a run's record says of its score. */
export interface RecordedRun {
  run: WholeRun;
  /** What recording it came to, once it had ended; undefined where that is not written down. */
  outcome: { recorded: boolean; score: number | null } | undefined;
  /** What its score was judged to be; runs of earlier versions have no judgement. */
  judgement: Judgement | undefined;
}

/** Why a ledger line cannot be of this run, a sentence each; empty where it can. */
export function runDifferences(
  line: CvEntry,
  experiment: string,
  { run, outcome, judgement }: RecordedRun,
): string[] {
  const { spec, state } = run;
  return [
    spec.kind === "train" ? [] : `its run ran ${spec.script}, which is no training`,
    spec.debug ? "its run was a debug run" : [],
    spec.experiment === experiment ? [] : `its run is one of ${spec.experiment ?? spec.script}`,
    // The end of a lost run was never seen: it may have succeeded.
    state === "succeeded" || state === "lost" ? [] : `its run is ${state}`,
    (outcome !== undefined && !outcome.recorded) || (judgement && judgement.outcome !== "scored")
      ? "its run was judged, and gives no score"
      : [],
    outcome?.recorded && outcome.score !== null && outcome.score !== line.score
      ? differs("score", line.score, "its run was recorded with", outcome.score)
      : [],
    judgement?.outcome === "scored" ? entryDifferences(line, judgement.entry) : [],
    differingHash("code_sha256", line.code_sha256, spec.hashes.code),
    differingHash("git_commit", line.git_commit, spec.git?.commit ?? null),
    sameJson(sorted(line.data_sha256), sorted(spec.hashes.data))
      ? []
      : "data_sha256 is not that of the data its run had",
  ].flat();
}

/** What may hold texts of the script. */
const mayBeMasked = new Set(["config", "validation", "partial"]);

/** The line was written from the judgement, word for word but for secrets that were masked since. */
function entryDifferences(line: CvEntry, judged: CvEntry): string[] {
  const keys = new Set([...Object.keys(line), ...Object.keys(judged)]);
  return [...keys].flatMap((key) => {
    const isSame = mayBeMasked.has(key) ? sameMasked : sameJson;
    return isSame(sorted(line[key]), sorted(judged[key]))
      ? []
      : [differs(key, line[key], "its run was judged to have", judged[key])];
  });
}

/** What a ledger line and the metrics.json of its run do not agree in; the line has the scores as they were computed. */
export function metricsDifferences(line: CvEntry, metrics: Metrics): string[] {
  const claims = (name: string, own: unknown, claimed: unknown) =>
    sameJson(own, claimed) ? [] : differs(name, own, "its run's metrics.json has", claimed);
  return [
    sameScore(line.score, metrics.cv_score)
      ? []
      : differs("score", line.score, "its run's metrics.json has", metrics.cv_score),
    foldDifference(line.folds, metrics.fold_scores, "its run's metrics.json has", sameScore),
    claims("cv_is", line.cv_is, metrics.cv_is),
    claims("metric", line.metric, metrics.metric),
    claims("direction", line.direction, metrics.direction),
    sameMasked(maskConfig(line.config), metrics.config)
      ? []
      : "config is not that of its run's metrics.json",
    ...Object.entries(metrics.validation).map(([key, value]) => {
      const own = maskedKey(line.validation, key);
      return sameMasked(line.validation[own], value)
        ? []
        : claims(`validation.${key}`, line.validation[own], value);
    }),
  ].flat();
}

/** What a ledger line and the proof from its run's predictions do not agree in. */
export function proofDifferences(
  line: CvEntry,
  proof: Exclude<Proof, { verdict: "mismatch" }>,
): string[] {
  const { rows } = proof;
  const isOther = (own: unknown, found: unknown) =>
    own !== undefined && found !== undefined && !sameJson(own, found);
  const source = "its predictions give";
  // Lines of earlier versions have the scores as the script claimed them, rounded it may be.
  const isSame = line.oof_sha256 == null ? sameScore : sameNumber;
  return [
    proof.score === undefined || isSame(line.score, proof.score)
      ? []
      : differs("score", line.score, source, proof.score),
    proof.folds === undefined ? [] : foldDifference(line.folds, proof.folds, source, isSame),
    rows !== undefined && isOther(line.rows, rows)
      ? `rows is ${rowsText(line.rows!)}, but the predictions are of ${rowsText(rows)}`
      : [],
    proof.partial !== undefined && !sameMasked(line.partial ?? null, proof.partial)
      ? `partial is ${shown(line.partial ?? null)}, but its run's metrics.json says ${shown(proof.partial)}`
      : [],
    line.split !== undefined &&
    proof.split !== undefined &&
    !sameJson(sorted(line.split), sorted(proof.split))
      ? "split is not what the folds of its run show"
      : [],
    isOther(line.folds_sha256, proof.folds_sha256)
      ? "folds_sha256 is not that of the folds of its run"
      : [],
    isOther(line.metric_sha256, proof.metric_sha256)
      ? "metric_sha256 is not that of the metric's source"
      : [],
  ].flat();
}

/** Whether they are the same but for what was masked in the first: a secret, anywhere in a text or a key. */
function sameMasked(own: unknown, other: unknown): boolean {
  if (typeof own === "string" && typeof other === "string") return isMaskedText(own, other);
  if (typeof own !== "object" || typeof other !== "object") return own === other;
  if (own === null || other === null) return own === other;
  if (Array.isArray(own) || Array.isArray(other))
    return sameJson(own, other) || sameMaskedLists(own, other);
  const [a, b] = [own as Record<string, unknown>, other as Record<string, unknown>];
  const found = Object.keys(b).map((key) => ({ key, own: maskedKey(a, key) }));
  return (
    found.every((one) => Object.hasOwn(a, one.own) && sameMasked(a[one.own], b[one.key])) &&
    Object.keys(a).every((key) => found.some((one) => one.own === key))
  );
}

function sameMaskedLists(own: unknown, other: unknown): boolean {
  return (
    Array.isArray(own) &&
    Array.isArray(other) &&
    own.length === other.length &&
    own.every((one, at) => sameMasked(one, other[at]))
  );
}

/** The key itself where it is one of these, else the one that it became. */
function maskedKey(of: Record<string, unknown>, key: string): string {
  if (Object.hasOwn(of, key)) return key;
  return Object.keys(of).find((own) => own.includes(mask) && isMaskedText(own, key)) ?? key;
}

/** In one pass: whoever wrote the text does not choose how long this takes. */
function isMaskedText(own: string, other: string): boolean {
  const [start, ...parts] = own.split(mask) as [string, ...string[]];
  const end = parts.pop();
  if (end === undefined) return own === other;
  if (!other.startsWith(start)) return false;
  let at = start.length;
  for (const part of parts) {
    const found = other.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return other.length - end.length >= at && other.endsWith(end);
}

function foldDifference(
  own: readonly number[],
  others: readonly number[],
  source: string,
  isSame: (a: number, b: number) => boolean,
): string[] {
  if (own.length !== others.length)
    return [differs("the number of folds", own.length, source, others.length)];
  const fold = own.findIndex((score, index) => !isSame(score, others[index]!));
  return fold === -1 ? [] : [differs(`folds[${fold}]`, own[fold], source, others[fold])];
}

/** Equal for two computations of one score: sums of floats in another order. */
function sameNumber(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-3);
}

function differingHash(name: string, own: string | null, run: string | null): string[] {
  return own === run ? [] : [`${name} is not that of its run`];
}

function differs(name: string, own: unknown, source: string, found: unknown): string {
  return `${name} is ${shown(own)}, but ${source} ${shown(found)}`;
}

function shown(value: unknown): string {
  const text = value === undefined ? "none" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The same with its keys in order, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
