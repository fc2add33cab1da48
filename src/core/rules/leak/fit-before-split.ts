import { earlyFits, fitFindings, learnedFrom } from "../analysis/early-fits.ts";
import type { Rule } from "../rule.ts";

export const fitBeforeSplit: Rule = {
  code: "XF201",
  name: "fit-before-split",
  severity: "warning",
  summary:
    "scalers, imputers and other transformers are fitted inside the fold, on its training rows",
  why: "A scaler, imputer or vectorizer that has seen the validation rows gives a CV score that the leaderboard will not match.",
  fix: "Fit it inside the fold loop on the training rows, or put it into a Pipeline with the model and fit that there.",
  bad: `X = StandardScaler().fit_transform(train[features])\nfor fold, (tr_idx, va_idx) in enumerate(splitter.split(X, y)):\n    model.fit(X[tr_idx], y[tr_idx])`,
  good: `for fold, (tr_idx, va_idx) in enumerate(splitter.split(X, y)):\n    scaler = StandardScaler().fit(X[tr_idx])\n    model.fit(scaler.transform(X[tr_idx]), y[tr_idx])`,
  check: (source) =>
    fitFindings(
      earlyFits(source).filter(({ joined, learns }) => !joined && learns !== "target"),
      ({ name, learns }) => `${name} ${learnedFrom[learns]}`,
    ),
};
