import { targetColumns } from "../../competition/project.ts";
import { trainingFiles } from "../analysis/experiment-source.ts";
import { leakFindings } from "../analysis/leaks.ts";
import {
  calledName,
  type FunctionDef,
  type PyNode,
  stringValue,
  walk,
} from "../analysis/python-tree.ts";
import { assignedValues, type IndexedFile, isUnder } from "../analysis/source-index.ts";
import type { Found, Rule } from "../rule.ts";

export const featureFromTarget: Rule = {
  code: "XF204",
  name: "feature-from-target",
  severity: "error",
  summary: "the target is no feature, and no feature is computed from it",
  why: "Test rows have no target: the feature is a leak in training, and missing or an error in inference.",
  fix: "Remove the target from engineer_features and from the columns the model is trained on.",
  bad: `def engineer_features(df):\n    return df.with_columns((pl.col("SalePrice") / pl.col("GrLivArea")).alias("f_price_per_area"))`,
  good: `def engineer_features(df):\n    return df.with_columns((pl.col("GarageArea") / pl.col("GrLivArea")).alias("f_garage_share"))`,
  check(source) {
    const targets = new Set(targetColumns(source.project));
    const written = trainingFiles(source).flatMap((file) =>
      [...file.functions.values()]
        .filter(makesFeatures)
        .flatMap((one) => usesIn(file, one, targets)),
    );
    const lines = new Set(written.map(({ file, at }) => `${file.name}:${at?.lineno}`));
    const followed = leakFindings(source, {
      "feature-from-target": ({ what }) =>
        `the target${what === undefined ? "" : ` "${what}"`} is among the features that the model is fitted on`,
    });
    return [
      ...written,
      ...followed.filter(({ file, at }) => !lines.has(`${file.name}:${at?.lineno}`)),
    ];
  },
};

/** The functions of the seed's pattern, which see rows of train and test alike. */
function makesFeatures({ name }: FunctionDef): boolean {
  return /^_?engineer_\w*features?$|^_?(make|add|build|create)_features$/.test(name);
}

/** The target's name where a column is read; where it is dropped or asked for, nothing is made of it. */
function usesIn(file: IndexedFile, inside: FunctionDef, targets: ReadonlySet<string>): Found[] {
  const found: Found[] = [];
  for (const node of walk(inside)) {
    const name = stringValue(node) ?? constantText(file, node);
    if (name === undefined || !targets.has(name) || !isRead(file, node)) continue;
    if (isUnder(file, node, leavesOut)) continue;
    found.push({ file, at: node, message: `${inside.name} uses the target "${name}"` });
  }
  return found;
}

/** The text that a constant of the module stands for: TARGET of `TARGET = "SalePrice"`. */
function constantText(file: IndexedFile, node: PyNode): string | undefined {
  if (node.nodeType !== "Name") return undefined;
  return stringValue(assignedValues(file.tree.body, node.id)[0]);
}

function isRead(file: IndexedFile, node: PyNode): boolean {
  const parent = file.parents.get(node);
  if (parent?.nodeType === "Subscript") return parent.slice === node;
  return parent?.nodeType === "Call" && /^(col|get_column)$/.test(calledName(parent));
}

function leavesOut(node: PyNode): boolean {
  if (node.nodeType === "Call")
    return /^(drop|pop|exclude|difference|is_not_null|discard|remove)$/.test(calledName(node));
  return (
    node.nodeType === "Compare" || node.nodeType === "If" || (node.nodeType as string) === "Delete"
  );
}
