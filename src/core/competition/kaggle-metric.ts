import { findMetric, metricNames } from "../metrics/known-metrics.ts";
import type { Project } from "./project.ts";

/** Words that make of a known metric another one. */
const variants =
  /\b(weighted|mean columnwise|columnwise|column ?wise|mcrmse|scaled|normalized|balanced|partial|custom|grouped|adjusted|within)\b/;

/**
 * The metric that Kaggle names (`Root Mean Squared Error`) under the name used here, with its direction. Undefined where
 * it is none of those, or a variant of one.
 */
export function readKaggleMetric(name: string): Project["metric"] | undefined {
  const plain = name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
  for (const known of metricNames) {
    const { kaggle, direction } = findMetric(known)!;
    if (!kaggle.test(plain)) continue;
    return variants.test(plain.replace(kaggle, " ")) ? undefined : { name: known, direction };
  }
  return undefined;
}
