import { trainingFiles } from "../analysis/experiment-source.ts";
import { calledName, isConstant, keyword } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";
import { type IndexedFile, resolve } from "../analysis/source-index.ts";
import { isInner, splittersIn } from "../analysis/splitters.ts";

const classification =
  /^(accuracy|logloss|roc_auc|f1|f1_macro|quadratic_weighted_kappa|balanced_accuracy|mcc)/;

export const stratifiedGroups: Rule = {
  summary: "StratifiedGroupKFold in place of GroupKFold where the target is a class",
  why: "GroupKFold leaves the classes to chance: with few groups a fold may lack a class, and fold scores scatter.",
  mend: "Use StratifiedGroupKFold(n_splits, shuffle=True, random_state=config.seed) with the same groups.",
  severity: "warning",
  bad: `GroupKFold(n_splits=5)   # metric: roc_auc`,
  good: `StratifiedGroupKFold(n_splits=5, shuffle=True, random_state=config.seed)`,
  find(source) {
    const { metric, validation } = source.project;
    if (!classification.test(metric.name)) return [];
    const files = trainingFiles(source);
    if (files.some((file) => file.imports.has("StratifiedGroupKFold"))) return [];
    return files
      .flatMap((file) => splittersIn(file, new Set(["GroupKFold"])))
      .filter((splitter) => !isInner(splitter))
      .map(({ file, call }) => ({
        file,
        at: call,
        message: `GroupKFold leaves the classes of ${metric.name} to chance: StratifiedGroupKFold`,
        maybe: validation.strategy === "GroupKFold",
      }));
  },
};

export const timeInOrder: Rule = {
  summary: "rows are in order of time where TimeSeriesSplit cuts them",
  why: "TimeSeriesSplit cuts by position: shuffled rows put the future into the training part.",
  mend: "Sort by the time column before the split, and shuffle nothing.",
  severity: "error",
  bad: `train = train.sample(frac=1, random_state=config.seed)\nfor tr_idx, va_idx in TimeSeriesSplit(5).split(train): ...`,
  good: `train = train.sort("date")\nfor tr_idx, va_idx in TimeSeriesSplit(5).split(train): ...`,
  find: (source) =>
    trainingFiles(source).flatMap((file) => {
      const splitters = splittersIn(file, new Set(["TimeSeriesSplit"]));
      const asked = splitters
        .filter(({ call }) => isConstant(keyword(call, "shuffle"), true))
        .map(({ call }) => ({ file, at: call, message: "TimeSeriesSplit takes no shuffle" }));
      return splitters.length === 0 ? [] : asked.concat(shuffles(file));
    }),
};

/** The whole frame in another order, unless it is sorted afterwards. */
function shuffles(file: IndexedFile) {
  const sorted = Math.max(
    0,
    ...file.calls
      .filter((call) => /^sort(_values)?$/.test(calledName(call)))
      .map(({ lineno }) => lineno),
  );
  return file.calls
    .filter((call) => call.lineno > sorted)
    .filter(
      (call) =>
        (calledName(call) === "sample" &&
          (isConstant(keyword(call, "frac"), 1) || isConstant(keyword(call, "fraction"), 1))) ||
        resolve(file, call.func) === "sklearn.utils.shuffle",
    )
    .map((call) => ({
      file,
      at: call,
      message: "rows are shuffled, and TimeSeriesSplit cuts by position",
    }));
}
