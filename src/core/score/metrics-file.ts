import { z } from "zod";
import { maskConfig } from "../secrets/mask.ts";
import { whyImpossible } from "../metrics/known-metrics.ts";
import { directions, type Direction } from "../competition/project.ts";
import { repeatsOf } from "./repeats.ts";
import { mean, sameScore } from "./score.ts";
import { UserError } from "../errors/user-error.ts";

const columns = z.union([
  z
    .string()
    .min(1)
    .transform((name) => [name]),
  z.array(z.string().min(1)).min(1),
]);

/** Where the out-of-fold predictions lie, beside metrics.json, and which columns mean what. */
const oofSchema = z.looseObject({
  file: z.string().min(1),
  id: z.string().optional(),
  target: columns,
  prediction: columns,
  fold: z.string().optional(),
  /** The classes that the prediction columns stand for, in their order; the classes sorted where left out. */
  classes: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type OofColumns = z.output<typeof oofSchema>;

/** Validation on part of the rows, on purpose: how many, of those with a target, and why. */
const partialSchema = z.looseObject({
  kind: z.string().trim().min(1),
  rows: z.int().min(1),
  of: z.int().min(1),
  why: z.string().nullish(),
});

/** `artifacts/metrics.json`, written by train.py. Numbers are finite. */
const metricsFileSchema = z.looseObject({
  cv_score: z.number(),
  fold_scores: z.array(z.number()).min(1),
  /** Left out, they are project.yml's. */
  metric: z.string().optional(),
  direction: z.enum(directions).optional(),
  /** Left out, it is found by comparing cv_score with the mean of fold_scores. */
  cv_is: z.enum(["oof", "fold_mean"]).optional(),
  debug: z.boolean().optional(),
  /** Its secrets are masked before anything is made of it. */
  config: z.record(z.string(), z.unknown()).default({}).transform(maskConfig),
  validation: z
    .looseObject({
      n_splits: z.int().min(1).optional(),
      n_repeats: z.int().min(1).optional(),
      folds_sha256: z.string().optional(),
    })
    .default({}),
  oof: oofSchema.nullish(),
  partial: partialSchema.nullish(),
});

export type Metrics = z.output<typeof metricsFileSchema> & {
  metric: string;
  direction: Direction;
  cv_is: "oof" | "fold_mean";
};

export interface ExpectedMetrics {
  /** Counts where metrics.json does not say its own validation.n_splits. */
  nSplits: number;
  /** Those of project.yml, where it names any. */
  nRepeats?: number | undefined;
  metric: string;
  direction: Direction;
}

const holdout =
  'a holdout is declared: "partial": {"kind": "holdout", "rows": ROWS, "of": ROWS_OF_THE_DATA}';

const example =
  '{"cv_score": 0.8042, "fold_scores": [0.801, 0.806, 0.803, 0.808, 0.803], "metric": "accuracy", "direction": "maximize", "cv_is": "oof"}';

/**
 * Text of a metrics.json to scores that may be recorded; `text` is undefined where the file is not there.
 * Throws a UserError saying why they may not: nothing is ever recorded in place of a score.
 */
export function parseMetrics(
  text: string | undefined,
  file: string,
  expected: ExpectedMetrics,
): Metrics {
  if (text === undefined) throw refusal(file, "the run wrote no metrics.json");
  const value = parseJson(text);
  if (value === undefined) throw refusal(file, `metrics.json ${howBroken(text)}`);
  const result = metricsFileSchema.safeParse(value);
  if (!result.success) throw refusal(file, problemOf(result.error.issues[0]!, value));
  const { metric = expected.metric, direction = expected.direction } = result.data;
  const metrics = { ...result.data, metric, direction };
  const problem = whyNot(metrics, expected);
  if (problem !== undefined) throw refusal(file, problem);
  return { ...metrics, cv_is: metrics.cv_is ?? guessCvIs(metrics) };
}

export function refusal(file: string, reason: string): UserError {
  return new UserError({
    code: "metrics-json",
    message: `no score can be recorded: ${reason}`,
    at: { file },
    expected: example,
    next: "fix what train.py writes, then train again",
  });
}

/** What the text says of the metric, whatever else stands there. */
export function claimedMetric(text: string): { metric?: string; direction?: Direction } {
  const value = parseJson(text);
  const { data } = metricsFileSchema.pick({ metric: true, direction: true }).safeParse(value);
  return {
    ...(data?.metric === undefined ? {} : { metric: data.metric }),
    ...(data?.direction === undefined ? {} : { direction: data.direction }),
  };
}

/** JSON as Python writes it: NaN and Infinity become the strings "NaN" and "Infinity", which are no score. */
function parseJson(text: string): unknown {
  const strict = text.replaceAll(/"(?:\\.|[^"\\])*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  try {
    const value: unknown = JSON.parse(strict) ?? null;
    // What is nested too deeply to be written again cannot be kept.
    JSON.stringify(value);
    return value;
  } catch {
    return undefined;
  }
}

function howBroken(text: string): string {
  if (text.trim() === "") return "is empty";
  const whole = /[}\]]\s*$/.test(text);
  return whole ? "is not valid JSON" : `is cut short after ${text.length} characters`;
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): string {
  const [key] = issue.path;
  const name = issue.path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .slice(1);
  const found = issue.path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
  if (found === undefined)
    return name === "" ? "metrics.json is not a JSON object" : `${name} is missing`;
  if (typeof found === "string" && /^-?(NaN|Infinity)$/.test(found)) return `${name} is ${found}`;
  if (typeof found === "number" && !Number.isFinite(found)) return `${name} is ${found}`;
  if (key === "fold_scores" && Array.isArray(found)) return "fold_scores is empty";
  const kind = issue.code === "invalid_type" && issue.expected;
  const wanted = kind ? `, not a ${kind === "int" ? "whole number" : kind}` : "";
  return `${name || "metrics.json"} is ${JSON.stringify(found).slice(0, 60)}${wanted}`;
}

function whyNot(
  metrics: z.output<typeof metricsFileSchema> & { metric: string; direction: Direction },
  expected: ExpectedMetrics,
): string | undefined {
  if (metrics.debug === true) return "metrics.json is from a debug run";
  if (metrics.metric !== expected.metric)
    return `metric is ${metrics.metric}, but project.yml says ${expected.metric}`;
  if (metrics.direction !== expected.direction)
    return `direction is ${metrics.direction}, but project.yml says ${expected.direction}`;
  const { partial } = metrics;
  if (partial && partial.rows > partial.of)
    return `partial.rows is ${partial.rows}, more than partial.of, ${partial.of}`;
  const folds = metrics.fold_scores.length;
  // A holdout has one fold, a sample as many as it likes: then those of the OOF file count.
  const why = partial || !namesFolds(metrics, folds) ? undefined : otherFolds(metrics, expected);
  if (why !== undefined) return why;
  for (const [key, score] of namedScores(metrics)) {
    const impossible = whyImpossible(metrics.metric, metrics.direction, score);
    if (impossible !== undefined) return `${key} is ${score}, but ${impossible}`;
  }
  const average = mean(metrics.fold_scores);
  if (metrics.cv_is === "fold_mean" && !sameScore(average, metrics.cv_score))
    return `cv_score is ${metrics.cv_score}, but the mean of the fold scores is ${average}`;
  return undefined;
}

/** Whether metrics.json says how many folds there are. Of a script that does not, those of the OOF file count, if several. */
function namesFolds({ validation }: Pick<Metrics, "validation">, folds: number): boolean {
  const { n_splits, n_repeats } = validation;
  return n_splits !== undefined || n_repeats !== undefined || folds === 1;
}

/** Why there are not as many fold scores as metrics.json, or else project.yml, says. */
export function otherFolds(
  metrics: Pick<Metrics, "validation" | "partial" | "fold_scores">,
  { nSplits, nRepeats }: Pick<ExpectedMetrics, "nSplits" | "nRepeats">,
): string | undefined {
  const folds = metrics.fold_scores.length;
  const { n_splits = nSplits } = metrics.validation;
  const repeats = repeatsOf(metrics, nRepeats);
  const splits = n_splits * repeats;
  return folds === splits
    ? undefined
    : `there are ${folds} fold scores, but ${repeats === 1 ? splits : `${repeats} x ${n_splits}`} folds${folds === 1 ? `; ${holdout}` : ""}`;
}

function namedScores({
  cv_score,
  fold_scores,
}: Pick<Metrics, "cv_score" | "fold_scores">): [string, number][] {
  const folds = fold_scores.map((score, fold): [string, number] => [`fold_scores[${fold}]`, score]);
  return [["cv_score", cv_score], ...folds];
}

function guessCvIs(metrics: { cv_score: number; fold_scores: number[] }): "oof" | "fold_mean" {
  return sameScore(metrics.cv_score, mean(metrics.fold_scores)) ? "fold_mean" : "oof";
}
