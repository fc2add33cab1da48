import { trainingFiles } from "../analysis/experiment-source.ts";
import { outerSplitters } from "../analysis/splitters.ts";
import type { Rule } from "../rule.ts";

const classification =
  /^(accuracy|logloss|roc_auc|f1|f1_macro|quadratic_weighted_kappa|balanced_accuracy|mcc)/;

export const unstratifiedGroupKfold: Rule = {
  code: "XF305",
  name: "unstratified-group-kfold",
  severity: "warning",
  summary: "StratifiedGroupKFold in place of GroupKFold where the target is a class",
  why: "GroupKFold leaves the classes to chance: with few groups a fold may lack a class, and fold scores scatter.",
  fix: "Use StratifiedGroupKFold(n_splits, shuffle=True, random_state=config.seed) with the same groups.",
  bad: `GroupKFold(n_splits=5)   # metric: roc_auc`,
  good: `StratifiedGroupKFold(n_splits=5, shuffle=True, random_state=config.seed)`,
  check(source) {
    const { metric, validation } = source.project;
    if (!classification.test(metric.name)) return [];
    const files = trainingFiles(source);
    if (files.some((file) => file.imports.has("StratifiedGroupKFold"))) return [];
    return outerSplitters(files, new Set(["GroupKFold"])).map(({ file, call }) => ({
      file,
      at: call,
      message: `GroupKFold leaves the classes of ${metric.name} to chance: StratifiedGroupKFold`,
      maybe: validation.strategy === "GroupKFold",
    }));
  },
};
