import type { Direction } from "../competition/project.ts";
import type { Metric } from "./metric.ts";
import { metrics } from "./metrics.ts";

const named: readonly [string, Metric][] = Object.entries(metrics);
const rows: ReadonlyMap<string, Metric> = new Map([
  ...named.flatMap(([, metric]) => (metric.alsoNamed ?? []).map((name) => [name, metric] as const)),
  ...named,
]);

/** Names of the metrics that Crossfold computes, as they stand in project.yml. */
export const metricNames: readonly string[] = named.map(([name]) => name);

/** The metric of that name, or undefined for one that only train.py can compute. */
export function findMetric(name: string): Metric | undefined {
  return rows.get(name);
}

/** The direction in which a known metric gets better; undefined for one Crossfold does not know. */
export function usualDirection(name: string): Direction | undefined {
  return rows.get(name)?.direction;
}

/** Names that competitors give to metrics which only train.py computes. */
const otherRegression = ["msle", "wmae"];
const otherClassification = ["map"];

/**
 * Whether a metric scores classification or regression, by its row or its usual name, of which variants count too
 * (`f1_weighted`, `roc_auc_ovo`); undefined where the name does not say.
 */
export function metricFamily(name: string): "classification" | "regression" | undefined {
  const row = rows.get(name) ?? [...rows].find(([known]) => name.startsWith(`${known}_`))?.[1];
  if (row !== undefined) return row.tasks.includes("regression") ? "regression" : "classification";
  const isVariant = (known: string): boolean => name === known || name.startsWith(`${known}_`);
  if (otherRegression.some(isVariant)) return "regression";
  return otherClassification.some(isVariant) ? "classification" : undefined;
}

/** What a float may lie beyond the end of a range by rounding alone. */
const rounding = 1e-9;

/**
 * Why a score cannot be one of this metric; undefined where it can. A metric known by name but taken in the other
 * direction (a negated error) has another range.
 */
export function whyImpossible(
  name: string,
  direction: Direction,
  score: number,
): string | undefined {
  const metric = rows.get(name);
  if (metric === undefined || metric.direction !== direction) return undefined;
  const [lowest, highest] = metric.range;
  if (score < lowest - rounding) return `${name} is never below ${lowest}`;
  return score > highest + rounding ? `${name} is never above ${highest}` : undefined;
}
