import { type CvEntry, foldsOf } from "../score/ledger.ts";
import { splitsOf } from "../score/repeats.ts";
import { splitText } from "../score/found-split.ts";
import { formatDelta, gain, mean, standardDeviation } from "../score/score.ts";
import { rowsText } from "../score/standing.ts";
import { twoSidedP } from "./student-t.ts";

export interface FoldVerdict {
  /** `none`: no test is possible, `says` tells why. */
  verdict: "better" | "worse" | "within-noise" | "none";
  summary: string;
  /** Two-sided p of the corrected t-test; null without one. */
  p: number | null;
}

type Scores = Pick<
  CvEntry,
  | "folds"
  | "metric"
  | "metric_sha256"
  | "direction"
  | "validation"
  | "folds_sha256"
  | "rows"
  | "target"
  | "split"
>;

/** At most this chance of seeing such a difference without one being there. */
const alpha = 0.05;

/**
 * Whether `b` is better than `a`, fold by fold on the same folds: the corrected resampled t-test (Nadeau and Bengio,
 * "Inference for the Generalization Error", 2003), since the folds share most of their training rows. The share of
 * test rows to training rows is that of k-fold, 1 / (k - 1), in each of several repeats too.
 */
export function judgeFolds(a: Scores, b: Scores): FoldVerdict {
  const obstacle = whyNotComparable(a, b);
  if (obstacle !== undefined) return { verdict: "none", summary: obstacle, p: null };
  const n = a.folds.length;
  const k = splitsOf(a).splits;
  const deltas = b.folds.map((score, fold) => gain(score, a.folds[fold]!, a.direction));
  const spread = standardDeviation(deltas);
  const average = mean(deltas);
  if (average === 0) return { verdict: "within-noise", summary: "no difference", p: 1 };
  const t = average / (spread * Math.sqrt(1 / n + 1 / (k - 1)));
  const p = twoSidedP(t, n - 1);
  const won = deltas.filter((delta) => delta > 0).length;
  const shown = `${won} of ${n} folds better, mean ${formatDelta(mean(b.folds) - mean(a.folds))}, p ${formatP(p)}`;
  if (p > alpha)
    return { verdict: "within-noise", summary: `within the noise of the folds (${shown})`, p };
  const verdict = average > 0 ? "better" : "worse";
  return { verdict, summary: `${verdict} beyond the noise of the folds (${shown})`, p };
}

/** Two scores are compared where metric, target, folds and rows agree; what a line of an older version leaves out does. */
function whyNotComparable(a: Scores, b: Scores): string | undefined {
  return otherMeasure(a, b) ?? otherFolds(a, b);
}

/** Why two scores are no numbers of one kind; undefined where they are. */
export function otherMeasure(a: Scores, b: Scores): string | undefined {
  if (a.metric !== b.metric) return `different metrics: ${a.metric} and ${b.metric}`;
  if ((a.metric_sha256 ?? null) !== (b.metric_sha256 ?? null))
    return `${a.metric} was not computed by the same source for both: no verdict`;
  if (a.direction !== b.direction)
    return `${a.metric} was to be ${a.direction}d for one and ${b.direction}d for the other: no verdict`;
  if (a.target && b.target && a.target.join("\n") !== b.target.join("\n"))
    return `different targets: ${a.target.join(", ")} and ${b.target.join(", ")}`;
  return otherSplit(a, b);
}

/** Scores of folds that share groups, or moments, are not those of folds that keep them apart. */
function otherSplit({ split: a }: Scores, { split: b }: Scores): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (!differ(a.groups, b.groups) && !differ(a.time, b.time) && (a.folds === 1) === (b.folds === 1))
    return undefined;
  return `validated differently (${splitText(a)}; ${splitText(b)}): no verdict`;
}

function otherFolds(a: Scores, b: Scores): string | undefined {
  const [foldsA, foldsB] = [foldsOf(a), foldsOf(b)];
  if (foldsA === undefined || foldsB === undefined)
    return "the folds of one are not known (an OOF file with a fold column tells them), so no verdict";
  if (a.rows && b.rows && (a.rows.scored !== b.rows.scored || a.rows.of !== b.rows.of))
    return `${rowsText(a.rows)} were scored of one and ${rowsText(b.rows)} of the other: no verdict`;
  if (foldsA !== foldsB || a.folds.length !== b.folds.length)
    return `the folds differ${splitsOfBoth(a, b)}, so the scores are not of the same rows: no verdict`;
  return a.folds.length < 2 ? "one fold alone gives no verdict" : undefined;
}

/** What is not known of one differs from nothing. */
function differ(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

function splitsOfBoth({ split: a }: Scores, { split: b }: Scores): string {
  if (a === undefined || b === undefined) return "";
  const [one, other] = [splitText(a), splitText(b)];
  return one === other ? "" : ` (${one} and ${other})`;
}

function formatP(p: number): string {
  return p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`;
}
