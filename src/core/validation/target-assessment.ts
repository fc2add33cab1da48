import { metricFamily } from "../metrics/known-metrics.ts";
import type { TaskKind } from "../metrics/task-kind.ts";
import { counted } from "../text/counted.ts";
import { emptyAssessment, percent, type Assessment } from "./decision.ts";
import type { SplitRequest, TargetFacts } from "./facts.ts";

export interface TargetAssessment extends Assessment {
  /** Null where the targets are neither numbers nor classes, or some of both. */
  task: TaskKind | null;
  /** The other task it may as well be; null where there is no doubt. */
  close: { task: TaskKind | null; summary: string } | null;
  /** Rows of each class that stratifying would use; empty for regression. */
  classes: readonly { value: string; rows: number }[];
}

const forRegression = (metric: string): boolean => metricFamily(metric) === "regression";
const forClassification = (metric: string): boolean => metricFamily(metric) === "classification";

/** A number with more values than this is a value, not a class, unless the metric says otherwise. */
const mostClasses = 20;
const rowsOfAClass = 10;

/** What the targets are to a splitter, from their values and the metric. */
export function assessTargets(
  targets: readonly TargetFacts[],
  oneHot: boolean,
  rows: number,
  { metric }: Pick<SplitRequest, "metric">,
): TargetAssessment {
  return targets.length === 1
    ? assessOne(targets[0]!, rows, metric)
    : assessSeveral(targets, oneHot, rows, metric);
}

function assessOne(target: TargetFacts, rows: number, metric: string): TargetAssessment {
  const assessment = { ...emptyAssessment(), close: null, classes: target.classes ?? [] };
  const missing = target.missing > 0 ? `; ${counted(target.missing, "row")} without one` : "";
  const see = (summary: string): Assessment["evidence"][number] => ({
    about: "target",
    column: target.name,
    weight: "for",
    summary: `${target.name} ${summary}${missing}`,
  });
  const content = contentOf(target, rows);
  const classification = target.distinct <= 2 ? "binary" : "multiclass";
  if (content === "numbers") {
    const range =
      target.mean === null
        ? ""
        : ` from ${short(target.min!)} to ${short(target.max!)}, mean ${short(target.mean)}`;
    return {
      ...assessment,
      task: forClassification(metric) && target.classes !== null ? classification : "regression",
      evidence: [see(`is a number with ${counted(target.distinct, "value")}${range}`)],
      ...againstMetric(metric, target),
      changes: [`a classification metric for ${target.name}: then stratified folds`],
    };
  }
  if (content === "text") {
    return {
      ...assessment,
      task: null,
      evidence: [see(`is text with a different value in almost every row: there are no classes`)],
      doubts: [`${target.name} is neither a number nor a class`],
      ask: [`What is ${target.name}? If the classes are in another column, name it with --target`],
    };
  }
  const balance = see(balanceOf(target));
  if (target.kind === "whole" && target.distinct > 2 && !forClassification(metric)) {
    const byMetric = forRegression(metric);
    const summary = `${target.name} has only ${target.distinct} values, so folds can be stratified by it, but ${byMetric ? `${metric} is a regression metric` : `the metric ${metric} may be for classification or regression`}`;
    return {
      ...assessment,
      task: byMetric ? "regression" : classification,
      evidence: [balance],
      close: { task: byMetric ? classification : "regression", summary },
      doubts: [`${target.name} may be a class (classification) or a number (regression)`],
      changes: [`knowing whether ${target.name} is a class or a number`],
    };
  }
  return { ...assessment, task: classification, evidence: [balance] };
}

/** A classification metric on a number of many values: they are many classes, or the metric is wrong. */
function againstMetric(
  metric: string,
  target: TargetFacts,
): Pick<TargetAssessment, "close" | "doubts"> {
  if (!forClassification(metric)) return { close: null, doubts: [] };
  const summary = `${metric} is a classification metric, yet ${target.name} has ${target.distinct} numeric values`;
  return { close: { task: "regression", summary }, doubts: [summary] };
}

/** What the values of one target look like, whatever the metric. */
function contentOf(target: TargetFacts, rows: number): "numbers" | "classes" | "text" {
  const known = rows - target.missing;
  const { distinct } = target;
  if (target.kind === "fraction") return distinct <= 2 ? "classes" : "numbers";
  if (target.kind === "whole") {
    if (distinct <= 2) return "classes";
    return distinct <= mostClasses && known >= rowsOfAClass * distinct ? "classes" : "numbers";
  }
  return target.classes !== null && distinct <= 0.5 * known ? "classes" : "text";
}

function balanceOf({ classes, distinct }: TargetFacts): string {
  const total = classes!.reduce((sum, { rows }) => sum + rows, 0);
  if (distinct > 3) {
    const [most, least] = [classes![0]!, classes!.at(-1)!];
    return `has ${distinct} classes, from ${quote(least.value)} (${percent(least.rows / total)}, ${counted(least.rows, "row")}) to ${quote(most.value)} (${percent(most.rows / total)})`;
  }
  const shares = classes!.map(({ value, rows }) => `${quote(value)} ${percent(rows / total)}`);
  return `has ${counted(distinct, "class", "classes")}: ${shares.join(", ")}`;
}

function assessSeveral(
  targets: readonly TargetFacts[],
  oneHot: boolean,
  rows: number,
  metric: string,
): TargetAssessment {
  const assessment = { ...emptyAssessment(), close: null, classes: [] };
  const contents = targets.map((target) => contentOf(target, rows));
  const names = targets.map(({ name }) => name);
  const binary = targets.every(
    ({ distinct }, index) => distinct <= 2 && contents[index] === "classes",
  );
  if (binary && oneHot) {
    const classes = targets
      .map((target) => ({ value: target.name, rows: Math.round((target.mean ?? 0) * rows) }))
      .toSorted((a, b) => b.rows - a.rows);
    return {
      ...assessment,
      task: "multiclass",
      classes,
      evidence: seen(
        `${targets.length} targets, exactly one of which is 1 in every row: one multiclass target with ${targets.length} classes`,
      ),
      changes: ["a row with two of the targets set, or none: then MultilabelStratifiedKFold"],
    };
  }
  if (binary) {
    const rarest = [...targets].toSorted((a, b) => rarity(a) - rarity(b))[0]!;
    return {
      ...assessment,
      task: "multilabel",
      classes: [{ value: rarest.name, rows: rarity(rarest) }],
      evidence: seen(
        `${targets.length} binary targets (${listed(names)}); the rarest, ${rarest.name}, has ${counted(rarity(rarest), "row")} in its smaller class`,
      ),
    };
  }
  if (contents.every((one) => one === "classes") && !forRegression(metric)) {
    return {
      ...assessment,
      task: "multilabel",
      evidence: seen(`${targets.length} classification targets (${listed(names)})`),
      close: {
        task: null,
        summary: "the targets are not binary: stratifying by all of them may not be worth it",
      },
      doubts: ["there are several targets, not all of them binary"],
    };
  }
  const numeric = targets.every(({ kind }) => kind === "whole" || kind === "fraction");
  const manyValued = contents.every((one) => one === "numbers") && !forClassification(metric);
  const task = numeric && (forRegression(metric) || manyValued) ? "regression" : null;
  return {
    ...assessment,
    task,
    evidence: seen(
      task === null
        ? `${targets.length} targets (${listed(names)}), not all of them classes`
        : `${targets.length} regression targets (${listed(names)})`,
    ),
  };
}

function seen(summary: string): Assessment["evidence"] {
  return [{ about: "target", column: null, weight: "for", summary }];
}

/** Rows of the rarer of two values. */
function rarity({ classes }: TargetFacts): number {
  return classes?.at(-1)?.rows ?? 0;
}

function listed(names: readonly string[], most = 6): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more` : names.join(", ");
}

function quote(value: string): string {
  return value.length > 24 ? `${value.slice(0, 23)}…` : value;
}

function short(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString("en-US", { maximumSignificantDigits: 4 });
}
