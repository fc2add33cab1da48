import { metricFamily } from "../../metrics/known-metrics.ts";
import { trainingFiles } from "../analysis/experiment-source.ts";
import { outerSplitters } from "../analysis/splitters.ts";
import type { Rule } from "../rule.ts";

export const unstratifiedGroupKfold: Rule = {
  code: "XF305",
  name: "unstratified-group-kfold",
  severity: "warning",
  summary: "a classification target is split by StratifiedGroupKFold, not GroupKFold",
  why: "GroupKFold does not balance the classes: with few groups a fold may lack a class, and fold scores vary widely.",
  fix: "Use StratifiedGroupKFold(n_splits, shuffle=True, random_state=config.seed) with the same groups.",
  bad: `GroupKFold(n_splits=5)   # metric: roc_auc`,
  good: `StratifiedGroupKFold(n_splits=5, shuffle=True, random_state=config.seed)`,
  check(source) {
    const { metric, validation } = source.project;
    if (metricFamily(metric.name) !== "classification") return [];
    const files = trainingFiles(source);
    if (files.some((file) => file.imports.has("StratifiedGroupKFold"))) return [];
    return outerSplitters(files, new Set(["GroupKFold"])).map(({ file, call }) => ({
      file,
      at: call,
      message: `GroupKFold does not balance the classes, and the metric is ${metric.name}: use StratifiedGroupKFold`,
      maybe: validation.strategy === "GroupKFold",
    }));
  },
};
