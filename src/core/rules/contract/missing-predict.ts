import { definesName } from "../analysis/entry-point.ts";
import type { Rule } from "../rule.ts";

export const missingPredict: Rule = {
  code: "XF103",
  name: "missing-predict",
  severity: "error",
  summary: "predict() is at the top level of train.py",
  why: "Validation and submission must go the same way from data to predictions, or the CV score is not that of what is submitted.",
  fix: "Define `def predict(model, df, ...)` at the top level of train.py and use it for the validation rows.",
  bad: `def main(debug: bool = False) -> None:\n    def predict(model, df): ...`,
  good: `def predict(model, df):\n    return model.predict(df)`,
  check({ train }) {
    if (train === undefined || definesName(train, "predict")) return [];
    return [{ file: train, message: "train.py defines no predict() at its top level" }];
  },
};
