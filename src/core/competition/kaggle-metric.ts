import { type Project, usualDirection } from "./project.ts";

type Known = Project["metric"];

/** Kaggle's metrics under the names used here, by words of the name that Kaggle gives them; the first that fits. */
const patterns: readonly [RegExp, string][] = [
  [/quadratic ?weighted ?kappa|\bqwk\b/, "quadratic_weighted_kappa"],
  [/\brmsle\b|root mean squared? log(arithmic)?( scaled)? error/, "rmsle"],
  [/\brmse\b|root mean squared? (error|deviation)/, "rmse"],
  [/\broc ?auc\b|\bauc ?roc\b|area under (the )?(receiver|roc)|^auc$/, "roc_auc"],
  [/\blog ?loss\b|multi ?class loss|\bcross ?entropy\b/, "logloss"],
  [/macro(?:averaged)? ?f(?:1| ?score)|f1 ?(?:score )?macro|f ?score ?macro/, "f1_macro"],
  [/^(categorization |classification )?accuracy( score)?$/, "accuracy"],
  [/^(mae|mean absolute error)$/, "mae"],
  [/^(r2|r2 ?score|r squared|coefficient of determination)$/, "r2"],
];

/** Words that make of a known metric another one. */
const variants =
  /\b(weighted|mean columnwise|columnwise|column ?wise|mcrmse|scaled|normalized|balanced|partial|custom|grouped|adjusted|within)\b/;

/**
 * The metric that Kaggle names (`Root Mean Squared Error`) under the name used here, with its direction. Undefined where
 * it is none of those, or a variant of one.
 */
export function readKaggleMetric(name: string): Known | undefined {
  const plain = name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
  const found = patterns.find(([pattern]) => pattern.test(plain))?.[1];
  if (found === undefined) return undefined;
  if (found !== "quadratic_weighted_kappa" && variants.test(plain)) return undefined;
  return { name: found, direction: usualDirection(found)! };
}
