import { beforeFolds, scopeNodes } from "./fold-loop.ts";
import { type ExperimentSource, nodesOf } from "./experiment-source.ts";
import {
  fittedTransformer,
  holdsTestRows,
  holdsTrainRows,
  isTarget,
  type Learns,
} from "./learners.ts";
import { type Call, calledName, dotted, identifiers, type PyNode, strings } from "./python-tree.ts";
import type { Found, Rule } from "../rule.ts";
import { assignedValues, type IndexedFile, isUnder } from "./source-index.ts";
import { targetColumns } from "../../project.ts";

interface EarlyFit {
  file: IndexedFile;
  call: Call;
  name: string;
  learns: Learns;
  /** Whether the data are train and test put together. */
  joined: boolean;
}

/** Transformers fitted on all rows before the folds; what is fitted on held-out parts or on the target alone is none. */
function earlyFits(source: ExperimentSource): EarlyFit[] {
  const found: EarlyFit[] = [];
  const targets = targetColumns(source.project);
  for (const { file, node } of nodesOf(beforeFolds(source))) {
    if (node.nodeType !== "Call") continue;
    const fitted = fittedTransformer(file, node);
    const data = node.args[0];
    if (fitted === undefined || data === undefined) continue;
    if (isSplitOff(file, node, data) || isTargetOnly(data, targets)) continue;
    found.push({ file, call: node, ...fitted, joined: isJoined(file, node, data) });
  }
  return found;
}

/** `X_train` of a train_test_split in the same function, or a name that says it is a part. */
function isSplitOff(file: IndexedFile, call: Call, data: PyNode): boolean {
  const names = identifiers(data);
  if ([...names].some((name) => /(^|_)(tr|trn|fold|external|extra|pseudo)(_|$)/i.test(name)))
    return true;
  return scopeNodes(file, call).some(
    (node) => node.nodeType === "Call" && calledName(node) === "train_test_split",
  );
}

function isTargetOnly(data: PyNode, targets: readonly string[]): boolean {
  if (data.nodeType === "Name") return /^(y|target|targets|labels?)(_|$)/i.test(data.id);
  if (data.nodeType === "Subscript") return isTarget(data.slice, targets);
  return (
    data.nodeType === "Attribute" && data.attr === "values" && isTargetOnly(data.value, targets)
  );
}

/** Whether the data were made of train and test by concat in the same function. */
function isJoined(file: IndexedFile, call: Call, data: PyNode): boolean {
  const base = baseName(data);
  if (isConcat(data)) return true;
  if (base === undefined) return false;
  return assignedValues(scopeNodes(file, call), base).some(isConcat);
}

function baseName(node: PyNode): string | undefined {
  if (node.nodeType === "Name") return node.id;
  if (node.nodeType === "Subscript" || node.nodeType === "Attribute") return baseName(node.value);
  return node.nodeType === "Call" ? baseName(node.func) : undefined;
}

function isConcat(node: PyNode): boolean {
  if (node.nodeType === "Subscript") return isConcat(node.value);
  if (node.nodeType !== "Call") return false;
  const inner = node.func.nodeType === "Attribute" ? isConcat(node.func.value) : false;
  const name = dotted(node.func)?.split(".").at(-1) ?? "";
  if (!/^(concat|vstack|concatenate|append|extend|hstack|union)$/.test(name)) return inner;
  const names = [...identifiers(node)];
  return inner || (names.some(holdsTestRows) && names.some(holdsTrainRows));
}

const said: Record<Learns, string> = {
  target: "learns from the target of rows that are validated later",
  rows: "is fitted before the folds, on rows that are validated later",
  labels: "is fitted before the folds; it learns only which values there are",
};

function report(fits: readonly EarlyFit[], says: (fit: EarlyFit) => string): Found[] {
  return fits.map((fit) => ({
    file: fit.file,
    at: fit.call,
    message: says(fit),
    maybe: fit.learns === "labels",
  }));
}

export const fittedInFold: Rule = {
  summary: "what learns from data is fitted inside the fold, on its training rows",
  why: "A scaler, imputer or vectorizer that has seen the validation rows makes the CV score better than the leaderboard will be.",
  mend: "Fit it inside the fold loop on the training part, or put it with the model into a Pipeline that is fitted there.",
  severity: "warning",
  bad: `X = StandardScaler().fit_transform(train[features])\nfor fold, (tr_idx, va_idx) in enumerate(splitter.split(X, y)):\n    model.fit(X[tr_idx], y[tr_idx])`,
  good: `for fold, (tr_idx, va_idx) in enumerate(splitter.split(X, y)):\n    scaler = StandardScaler().fit(X[tr_idx])\n    model.fit(scaler.transform(X[tr_idx]), y[tr_idx])`,
  find: (source) =>
    report(
      earlyFits(source).filter(({ joined, learns }) => !joined && learns !== "target"),
      ({ name, learns }) => `${name} ${said[learns]}`,
    ),
};

export const joinedBeforeFit: Rule = {
  summary: "train and test are not put together before something is fitted",
  why: "What is fitted on both has seen the validation rows and the test rows; the CV score no longer says how new rows will fare.",
  mend: "Fit on the fold's training rows and transform the others. Where the competition allows to learn from test, say so with an ignore.",
  severity: "warning",
  bad: `everything = pd.concat([train, test])\nscaled = StandardScaler().fit_transform(everything[features])`,
  good: `for tr_idx, va_idx in splitter.split(train, y):\n    scaler = StandardScaler().fit(train[features].iloc[tr_idx])`,
  find: (source) =>
    report(
      earlyFits(source).filter(({ joined, learns }) => joined && learns !== "target"),
      ({ name }) => `${name} is fitted on train and test put together`,
    ),
};

export const targetEncoding: Rule = {
  summary: "target means and target encoders are made inside the fold",
  why: "A target mean over all rows holds each validation row's own target. It is the leak that costs the most places on the private leaderboard.",
  mend: "Fit the encoder on the fold's training rows only, or use sklearn's TargetEncoder inside a Pipeline that is fitted in the fold.",
  severity: "error",
  bad: `train["f_shop_mean"] = train.groupby("shop")["target"].transform("mean")\nfor fold, (tr_idx, va_idx) in enumerate(splitter.split(train, y)): ...`,
  good: `for fold, (tr_idx, va_idx) in enumerate(splitter.split(train, y)):\n    means = train.iloc[tr_idx].groupby("shop")["target"].mean()\n    train.loc[va_idx, "f_shop_mean"] = train.loc[va_idx, "shop"].map(means)`,
  find(source) {
    const encoders = report(
      earlyFits(source).filter(({ learns }) => learns === "target"),
      ({ name, learns }) => `${name} ${said[learns]}`,
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
    const message = "a mean of the target over rows that are validated later";
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
function toldToAverage({ args, keywords }: Call): boolean {
  const told = [...args, ...keywords.map(({ value }) => value)];
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
