import { leakFindings } from "../analysis/leaks.ts";
import type { Rule } from "../rule.ts";

export const tunedOnScoredOof: Rule = {
  code: "XF212",
  name: "tuned-on-scored-oof",
  severity: "error",
  summary: "thresholds and blend weights are chosen on other rows than those that give the score",
  why: "Chosen on the OOF predictions, they fit the noise of the very rows that are scored with them.",
  fix: "Choose them in each fold on predictions for its training rows (an inner cross-validation), or on the other folds; or report the score without them.",
  bad: `threshold = best_threshold(y, oof)\nmetrics = {"cv_score": f1_score(y, oof > threshold)}`,
  good: `for tr, va in splitter.split(X, y):\n    inner = cross_val_predict(model, X[tr], y[tr], method="predict_proba")[:, 1]\n    label[va] = model.fit(X[tr], y[tr]).predict_proba(X[va])[:, 1] > best_threshold(y[tr], inner)`,
  check: (source) =>
    leakFindings(source, {
      "tuned-on-oof": () => "what is chosen here by the OOF score is in the score that is reported",
    }),
};
