import { leakFindings } from "../analysis/leaks.ts";
import type { Rule } from "../rule.ts";

export const scoredOnTrainedRows: Rule = {
  code: "XF211",
  name: "scored-on-trained-rows",
  severity: "error",
  summary: "each OOF prediction comes from a model that was not fitted on the row",
  why: "A model knows the rows that it was fitted on: scored on them, it seems far better than it is.",
  fix: "Fit on the fold's training rows only, and predict each row by the models that left it out.",
  bad: `for tr, va in splitter.split(X, y):\n    model.fit(X, y)\n    oof[va] = model.predict(X[va])`,
  good: `for tr, va in splitter.split(X, y):\n    model.fit(X[tr], y[tr])\n    oof[va] = model.predict(X[va])`,
  check: (source) =>
    leakFindings(source, {
      "in-sample": () => "OOF predictions come from a model that was fitted on these rows",
      "rejoined-rows": () =>
        "the fold's validation rows are among those that its model is fitted on",
    }),
};
