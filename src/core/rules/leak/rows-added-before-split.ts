import { leakFindings } from "../analysis/leaks.ts";
import type { Rule } from "../rule.ts";

export const rowsAddedBeforeSplit: Rule = {
  code: "XF208",
  name: "rows-added-before-split",
  severity: "error",
  summary:
    "pseudo-labels, rows of other data and repeated rows are added inside the fold, to its training rows",
  why: "Added before the split they are validated on as well, and copies or relatives of a row stand on both sides of it: the CV score is that of another, easier task.",
  fix: "Split the competition's own rows and add the others to the training rows of each fold.",
  bad: `train = pd.concat([train, pseudo])\nfor tr, va in splitter.split(train, train["y"]): ...`,
  good: `for tr, va in splitter.split(train, train["y"]):\n    learn = pd.concat([train.iloc[tr], pseudo])`,
  check: (source) =>
    leakFindings(source, {
      "added-rows": () => "rows that are not the training set's are validated on",
      "repeated-rows": () => "rows are repeated before the split, so copies stand on both sides",
    }),
};
