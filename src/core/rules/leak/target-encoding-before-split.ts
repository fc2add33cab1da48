import { targetColumns } from "../../competition/project.ts";
import { earlyFits, fitFindings, learnedFrom } from "../analysis/early-fits.ts";
import { type ExperimentSource, nodesOf } from "../analysis/experiment-source.ts";
import { beforeFolds } from "../analysis/fold-loop.ts";
import { isTarget } from "../analysis/learners.ts";
import {
  argumentsOf,
  type Call,
  calledName,
  identifiers,
  type PyNode,
  strings,
} from "../analysis/python-tree.ts";
import { isUnder } from "../analysis/source-index.ts";
import type { Found, Rule } from "../rule.ts";

export const targetEncodingBeforeSplit: Rule = {
  code: "XF202",
  name: "target-encoding-before-split",
  severity: "error",
  summary: "target means and target encoders are computed inside the fold",
  why: "A target mean over all rows contains each validation row's own target. Few leaks cost more places on the private leaderboard.",
  fix: "Fit the encoder on the fold's training rows only, or use scikit-learn's TargetEncoder in a Pipeline that is fitted inside the fold.",
  bad: `train["f_shop_mean"] = train.groupby("shop")["target"].transform("mean")\nfor fold, (tr_idx, va_idx) in enumerate(splitter.split(train, y)): ...`,
  good: `for fold, (tr_idx, va_idx) in enumerate(splitter.split(train, y)):\n    means = train.iloc[tr_idx].groupby("shop")["target"].mean()\n    train.loc[va_idx, "f_shop_mean"] = train.loc[va_idx, "shop"].map(means)`,
  check(source) {
    const encoders = fitFindings(
      earlyFits(source).filter(({ learns }) => learns === "target"),
      ({ name, learns }) => `${name} ${learnedFrom[learns]}`,
    );
    return [...encoders, ...targetMeans(source)];
  },
};

const averages = /^(mean|median|std|var|sum|agg|aggregate|transform)$/;

const averaging = /mean|median|std|var|sum/;

/** `df.groupby(c)[target].mean()` and `pl.col(target).mean().over(c)` before the folds. */
function targetMeans(source: ExperimentSource): Found[] {
  const targets = targetColumns(source.project);
  const found: Found[] = [];
  for (const { file, node } of nodesOf(beforeFolds(source))) {
    if (node.nodeType !== "Call" || !isUnder(file, node, isAssignment)) continue;
    if (!isGroupedTarget(node, targets) && !isTargetOver(node, targets)) continue;
    const message = "a target mean that includes validation rows";
    found.push({ file, at: node, message, maybe: !isUnder(file, node, givesColumn) });
  }
  return found;
}

function isAssignment(node: PyNode): boolean {
  return node.nodeType === "Assign" || node.nodeType === "AnnAssign" || node.nodeType === "Return";
}

/** Whether what is made there becomes a column; a mean by group may also serve to stratify. */
function givesColumn(node: PyNode): boolean {
  if (node.nodeType === "Call")
    return /^(map|merge|join|with_columns|assign)$/.test(calledName(node));
  return node.nodeType === "Assign" && node.targets.some((one) => one.nodeType === "Subscript");
}

/** What `agg` and `transform` are told: lags and rolling windows look back, and not at the row itself. */
function toldToAverage(call: Call): boolean {
  const told = argumentsOf(call);
  if (told.some((one) => [...identifiers(one)].some((name) => /shift|rolling|lag/.test(name))))
    return false;
  return told.some(
    (one) =>
      [...identifiers(one)].some((name) => averaging.test(name)) ||
      [...strings(one)].some(({ text }) => averaging.test(text)),
  );
}

function isGroupedTarget(call: Call, targets: readonly string[]): boolean {
  const { func } = call;
  if (func.nodeType !== "Attribute" || !averages.test(func.attr)) return false;
  if (/^(agg|aggregate|transform)$/.test(func.attr) && !toldToAverage(call)) return false;
  const picked = func.value;
  if (picked.nodeType !== "Subscript" || !isTarget(picked.slice, targets)) return false;
  return picked.value.nodeType === "Call" && /^group_?by$/.test(calledName(picked.value));
}

function isTargetOver(call: Call, targets: readonly string[]): boolean {
  if (calledName(call) !== "over" || call.func.nodeType !== "Attribute") return false;
  const inner = call.func.value;
  if (inner.nodeType !== "Call" || !averages.test(calledName(inner))) return false;
  const column = inner.func.nodeType === "Attribute" ? inner.func.value : inner;
  if (column.nodeType !== "Call" || calledName(column) !== "col") return false;
  return column.args.some((one) => isTarget(one, targets));
}
