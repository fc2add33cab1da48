import { earlyFits, fitFindings, learnedFrom } from "../analysis/early-fits.ts";
import type { ExperimentSource } from "../analysis/experiment-source.ts";
import { followTraining } from "../analysis/flow/follow.ts";
import { leakFindings } from "../analysis/leaks.ts";
import type { PyNode } from "../analysis/python-tree.ts";
import { isUnder } from "../analysis/source-index.ts";
import type { Found, Rule } from "../rule.ts";

export const targetEncodingBeforeSplit: Rule = {
  code: "XF202",
  name: "target-encoding-before-split",
  severity: "error",
  summary:
    "target means and target encoders are computed inside the fold, and features are chosen there",
  why: "A target mean over all rows contains each validation row's own target. Few leaks cost more places on the private leaderboard.",
  fix: "Fit the encoder on the fold's training rows only, or use scikit-learn's TargetEncoder in a Pipeline that is fitted inside the fold.",
  bad: `train["f_shop_mean"] = train.groupby("shop")["target"].transform("mean")\nfor fold, (tr_idx, va_idx) in enumerate(splitter.split(train, y)): ...`,
  good: `for fold, (tr_idx, va_idx) in enumerate(splitter.split(train, y)):\n    means = train.iloc[tr_idx].groupby("shop")["target"].mean()\n    train.loc[va_idx, "f_shop_mean"] = train.loc[va_idx, "shop"].map(means)`,
  check(source) {
    const encoders = fitFindings(
      earlyFits(source).filter(({ learns }) => learns === "target"),
      ({ name, learns }) => `${name} ${learnedFrom[learns]}`,
    );
    const fitted = new Set(encoders.map(({ at }) => at));
    const found = leakFindings(source, {
      "target-statistic": () => meanOfAll,
      "fitted-on-target": ({ what }) =>
        `${what} is fitted on all rows and their target, and what it learnt reaches the folds`,
    });
    return [
      ...encoders,
      ...found.filter(({ at }) => !fitted.has(at)),
      ...unusedMeans(source, found),
    ];
  },
};

const meanOfAll = "a target mean that includes validation rows";

/** Target means over all rows that are kept, but were not seen to become a feature: they may serve to stratify. */
function unusedMeans(source: ExperimentSource, found: readonly Found[]): Found[] {
  const known = new Set(found.map(({ at }) => at));
  const followed = followTraining(source);
  if (!followed?.folded) return [];
  const places = new Set<PyNode>();
  return followed.statistics.flatMap(({ file, at }) => {
    if (at === undefined || known.has(at) || places.has(at)) return [];
    places.add(at);
    return isUnder(file, at, isKept) ? [{ file, at, message: meanOfAll, maybe: true }] : [];
  });
}

function isKept(node: PyNode): boolean {
  return node.nodeType === "Assign" || node.nodeType === "AnnAssign" || node.nodeType === "Return";
}
