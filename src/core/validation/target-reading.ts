import { count, emptyReading, percent, type Reading } from "./decision.ts";
import type { SplitRequest, TargetFacts } from "./facts.ts";

/** What folds can be stratified by: nothing (`values`), the classes of one column, or several labels. */
export type TargetKind = "values" | "classes" | "labels";

export interface TargetReading extends Reading {
  kind: TargetKind;
  /** The other kind it may as well be; null where there is no doubt. */
  close: { kind: TargetKind; says: string } | null;
  /** Rows of each class that stratifying would use; empty for values. */
  classes: readonly { value: string; rows: number }[];
}

const metricsOfValues = new Set(["rmse", "rmsle", "mae", "r2", "mse", "mape", "smape", "medae"]);
const metricsOfClasses = new Set([
  "accuracy",
  "logloss",
  "roc_auc",
  "f1_macro",
  "quadratic_weighted_kappa",
  "auc",
  "f1",
  "balanced_accuracy",
  "map",
  "mcc",
]);

/** A number with more values than this is a value, not a class, unless the metric says otherwise. */
const mostClasses = 20;
const rowsOfAClass = 10;

/** What the targets are to a splitter, from their values and the metric. */
export function readTargets(
  targets: readonly TargetFacts[],
  oneHot: boolean,
  rows: number,
  { metric }: Pick<SplitRequest, "metric">,
): TargetReading {
  return targets.length === 1
    ? readOne(targets[0]!, rows, metric)
    : readSeveral(targets, oneHot, rows, metric);
}

function readOne(target: TargetFacts, rows: number, metric: string): TargetReading {
  const reading = { ...emptyReading(), close: null, classes: target.classes ?? [] };
  const missing = target.missing > 0 ? `; ${count(target.missing, "row")} without one` : "";
  const see = (says: string): Reading["evidence"][number] => ({
    about: "target",
    column: target.name,
    weight: "for",
    says: `${target.name} ${says}${missing}`,
  });
  const kind = kindOf(target, rows);
  if (kind === "values") {
    const range =
      target.mean === null
        ? ""
        : ` from ${short(target.min!)} to ${short(target.max!)}, mean ${short(target.mean)}`;
    return {
      ...reading,
      kind: metricsOfClasses.has(metric) && target.classes !== null ? "classes" : "values",
      evidence: [see(`is a number with ${count(target.distinct, "value")}${range}`)],
      ...againstMetric(metric, target),
      changes: [`a metric of classes for ${target.name}: then folds stratified by it`],
    };
  }
  if (kind === "text") {
    return {
      ...reading,
      kind: "values",
      evidence: [see(`is text that is nearly another in every row: there are no classes`)],
      doubts: [`${target.name} is neither a number nor a class`],
      ask: [`What is ${target.name}? If it is made of classes, name their column with --target`],
    };
  }
  const balance = see(balanceOf(target));
  if (target.kind === "whole" && target.distinct > 2 && !metricsOfClasses.has(metric)) {
    const byMetric = metricsOfValues.has(metric);
    const says = `${target.name} has only ${target.distinct} values, so folds can be balanced by it, but ${byMetric ? `${metric} takes it for a number` : `the metric ${metric} does not say whether they are classes`}`;
    return {
      ...reading,
      kind: byMetric ? "values" : "classes",
      evidence: [balance],
      close: { kind: byMetric ? "classes" : "values", says },
      doubts: [`${target.name} may be a class or a number`],
      changes: [`knowing whether ${target.name} is a class or a number`],
    };
  }
  return { ...reading, kind: "classes", evidence: [balance] };
}

/** A metric of classes on a number of many values: they are many classes, or the metric is wrong. */
function againstMetric(
  metric: string,
  target: TargetFacts,
): Pick<TargetReading, "close" | "doubts"> {
  if (!metricsOfClasses.has(metric)) return { close: null, doubts: [] };
  const says = `${metric} is a metric of classes, yet ${target.name} has ${target.distinct} numbers`;
  return { close: { kind: "values", says }, doubts: [says] };
}

function kindOf(target: TargetFacts, rows: number): "values" | "classes" | "text" {
  const known = rows - target.missing;
  const { distinct } = target;
  if (target.kind === "fraction") return distinct <= 2 ? "classes" : "values";
  if (target.kind === "whole") {
    if (distinct <= 2) return "classes";
    return distinct <= mostClasses && known >= rowsOfAClass * distinct ? "classes" : "values";
  }
  return target.classes !== null && distinct <= 0.5 * known ? "classes" : "text";
}

function balanceOf({ classes, distinct }: TargetFacts): string {
  const total = classes!.reduce((sum, { rows }) => sum + rows, 0);
  if (distinct > 3) {
    const [most, least] = [classes![0]!, classes!.at(-1)!];
    return `has ${distinct} classes, from ${quote(least.value)} (${percent(least.rows / total)}, ${count(least.rows, "row")}) to ${quote(most.value)} (${percent(most.rows / total)})`;
  }
  const shares = classes!.map(({ value, rows }) => `${quote(value)} ${percent(rows / total)}`);
  return `has ${count(distinct, "class", "classes")}: ${shares.join(", ")}`;
}

function readSeveral(
  targets: readonly TargetFacts[],
  oneHot: boolean,
  rows: number,
  metric: string,
): TargetReading {
  const reading = { ...emptyReading(), close: null, classes: [] };
  const kinds = targets.map((target) => kindOf(target, rows));
  const names = targets.map(({ name }) => name);
  const binary = targets.every(
    ({ distinct }, index) => distinct <= 2 && kinds[index] === "classes",
  );
  if (binary && oneHot) {
    const classes = targets
      .map((target) => ({ value: target.name, rows: Math.round((target.mean ?? 0) * rows) }))
      .toSorted((a, b) => b.rows - a.rows);
    return {
      ...reading,
      kind: "classes",
      classes,
      evidence: seen(
        `${targets.length} targets of which exactly one is 1 in every row: one target with ${targets.length} classes`,
      ),
      changes: ["a row with two of the targets set, or none: then MultilabelStratifiedKFold"],
    };
  }
  if (binary) {
    const rarest = [...targets].toSorted((a, b) => rarity(a) - rarity(b))[0]!;
    return {
      ...reading,
      kind: "labels",
      classes: [{ value: rarest.name, rows: rarity(rarest) }],
      evidence: seen(
        `${targets.length} binary targets (${listed(names)}); the rarest, ${rarest.name}, is set the rarer way in ${count(rarity(rarest), "row")}`,
      ),
    };
  }
  if (kinds.every((kind) => kind === "classes") && !metricsOfValues.has(metric)) {
    return {
      ...reading,
      kind: "labels",
      evidence: seen(`${targets.length} targets of classes (${listed(names)})`),
      close: {
        kind: "values",
        says: "the targets are not binary: balancing them all at once may not be worth it",
      },
      doubts: ["the targets are several, and not all binary"],
    };
  }
  return {
    ...reading,
    kind: "values",
    evidence: seen(`${targets.length} targets (${listed(names)}), not all of them classes`),
  };
}

function seen(says: string): Reading["evidence"] {
  return [{ about: "target", column: null, weight: "for", says }];
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
