import { definesName } from "../analysis/entry-point.ts";
import type { Rule } from "../rule.ts";

export const missingPredict: Rule = {
  code: "XF103",
  name: "missing-predict",
  severity: "error",
  summary: "train.py defines predict() at its top level",
  why: "Validation and inference must use the same code to get from data to predictions; otherwise the CV score is not the score of what you submit.",
  fix: "Define `def predict(model, df, ...)` at the top level of train.py and use it for the validation rows.",
  bad: `def main(debug: bool = False) -> None:\n    def predict(model, df): ...`,
  good: `def predict(model, df):\n    return model.predict(df)`,
  check({ train }) {
    if (train === undefined || definesName(train, "predict")) return [];
    return [{ file: train, message: "train.py defines no predict() at its top level" }];
  },
};
