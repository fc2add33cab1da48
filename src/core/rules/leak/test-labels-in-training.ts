import { leakFindings } from "../analysis/leaks.ts";
import type { Rule } from "../rule.ts";

export const testLabelsInTraining: Rule = {
  code: "XF210",
  name: "test-labels-in-training",
  severity: "error",
  summary: "the hidden solution of the test set is never trained on",
  why: "What is learnt from it is not there for new rows; in most competitions it also breaks the rules.",
  fix: "Train on the training set alone. Where the labels of test rows were published and may be used, say so in an ignore comment.",
  bad: `answer = pd.read_csv(root / "grading" / "solution.csv")\nX = np.vstack([X, test[features]])\ny = np.r_[y, answer["label"]]`,
  good: `model.fit(train[features], train["label"])`,
  check: (source) =>
    leakFindings(source, { solution: () => "the solution of the test set is trained on" }),
};
