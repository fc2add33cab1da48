import type { metricNames } from "../competition/project.ts";
import { accuracy, f1Macro, quadraticWeightedKappa } from "./label-metrics.ts";
import type { Encoded } from "./labels.ts";
import { type Graded, logloss, rocAuc } from "./probability-metrics.ts";
import { mae, r2, rmse, rmsle, type Values } from "./value-metrics.ts";

type MetricName = (typeof metricNames)[number];

/** What a prediction must be for the metric, and the metric of one target. */
export type Metric =
  | { needs: "labels"; of(labels: Encoded): number }
  | { needs: "probabilities"; of(graded: Graded): number }
  | { needs: "values"; of(values: Values): number };

/** The metrics that Crossfold computes itself. Several targets: the mean over them. */
export const metrics = {
  accuracy: { needs: "labels", of: accuracy },
  f1_macro: { needs: "labels", of: f1Macro },
  quadratic_weighted_kappa: { needs: "labels", of: quadraticWeightedKappa },
  logloss: { needs: "probabilities", of: logloss },
  roc_auc: { needs: "probabilities", of: rocAuc },
  rmse: { needs: "values", of: rmse },
  rmsle: { needs: "values", of: rmsle },
  mae: { needs: "values", of: mae },
  r2: { needs: "values", of: r2 },
} as const satisfies Record<MetricName, Metric>;

/** The metric of that name, or undefined for one that only train.py can compute. */
export function findMetric(name: string): Metric | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name as MetricName] : undefined;
}
