import { earlyFits, fitFindings } from "../analysis/early-fits.ts";
import type { Rule } from "../rule.ts";

export const fitOnTrainAndTest: Rule = {
  code: "XF203",
  name: "fit-on-train-and-test",
  severity: "warning",
  summary: "nothing is fitted on train and test combined",
  why: "A transformer fitted on both has seen the validation rows and the test rows; the CV score no longer estimates the score on new rows.",
  fix: "Fit on the fold's training rows and transform the rest. Where the competition allows learning from test, say so in an ignore comment.",
  bad: `everything = pd.concat([train, test])\nscaled = StandardScaler().fit_transform(everything[features])`,
  good: `for tr_idx, va_idx in splitter.split(train, y):\n    scaler = StandardScaler().fit(train[features].iloc[tr_idx])`,
  check: (source) =>
    fitFindings(
      earlyFits(source).filter(({ joined, learns }) => joined && learns !== "target"),
      ({ name }) => `${name} is fitted on train and test combined`,
    ),
};
