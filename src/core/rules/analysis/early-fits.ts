import { targetColumns } from "../../competition/project.ts";
import type { Found } from "../rule.ts";
import { type ExperimentSource, nodesOf } from "./experiment-source.ts";
import { beforeFolds, scopeNodes } from "./fold-loop.ts";
import {
  fittedTransformer,
  holdsTestRows,
  holdsTrainRows,
  isTarget,
  type Learns,
} from "./learners.ts";
import { type Call, calledName, dotted, identifiers, type PyNode } from "./python-tree.ts";
import { assignedValues, type IndexedFile } from "./source-index.ts";

interface EarlyFit {
  file: IndexedFile;
  call: Call;
  name: string;
  learns: Learns;
  /** Whether the data are train and test combined. */
  joined: boolean;
}

/** Transformers fitted on all rows before the folds; what is fitted on held-out parts or on the target alone is none. */
export function earlyFits(source: ExperimentSource): EarlyFit[] {
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

/** The message for a transformer that is fitted before the folds, by what it learns. */
export const learnedFrom: Record<Learns, string> = {
  target: "is fitted before the split, on the target of validation rows",
  rows: "is fitted before the split, on validation rows too",
  labels: "is fitted before the split; it learns only which values occur",
};

/** Findings at the calls that fit; one that learns only which values there are is a `maybe`. */
export function fitFindings(
  fits: readonly EarlyFit[],
  summary: (fit: EarlyFit) => string,
): Found[] {
  return fits.map((fit) => ({
    file: fit.file,
    at: fit.call,
    message: summary(fit),
    maybe: fit.learns === "labels",
  }));
}
