import { type PyNode, stringValue } from "../analysis/python-tree.ts";
import type { IndexedFile } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

export const featureListsDiffer: Rule = {
  code: "XF504",
  name: "feature-lists-differ",
  severity: "warning",
  summary: "a list of columns is defined once",
  why: "Two lists that should be the same drift apart with the next edit, and the model gets other columns, or the same in another order.",
  fix: "Import the list from train.py or settings.py.",
  bad: `# train.py\nFEATURES = ["Age", "Fare", "Pclass"]\n# inference.py\nFEATURES = ["Age", "Fare"]`,
  good: `# inference.py\nfrom train import FEATURES`,
  check({ train, inference }) {
    if (train === undefined || inference === undefined) return [];
    const known = columnLists(train);
    return [...columnLists(inference)].flatMap(([name, { node, columns }]) => {
      const theirs = known.get(name)?.columns;
      if (theirs === undefined || theirs.join("\n") === columns.join("\n")) return [];
      return [
        {
          file: inference,
          at: node,
          message: `${name} differs from train.py: ${difference(theirs, columns)}`,
        },
      ];
    });
  },
};

function difference(theirs: readonly string[], ours: readonly string[]): string {
  const lacking = theirs.filter((one) => !ours.includes(one));
  const extra = ours.filter((one) => !theirs.includes(one));
  const parts = [
    lacking.length > 0 && `${lacking.join(", ")} is missing here`,
    extra.length > 0 && `${extra.join(", ")} is only here`,
  ];
  return parts.filter((part) => part !== false).join("; ") || "the order differs";
}

function columnLists(file: IndexedFile): Map<string, { node: PyNode; columns: string[] }> {
  const found = new Map<string, { node: PyNode; columns: string[] }>();
  for (const node of file.tree.body) {
    if (
      node.nodeType !== "Assign" ||
      (node.value.nodeType !== "List" && node.value.nodeType !== "Tuple")
    )
      continue;
    const [target] = node.targets;
    const columns = node.value.elts.map(stringValue);
    if (
      target?.nodeType !== "Name" ||
      !/feature|feats|categor|numeric|(cat|num|text|use)_?cols?$/i.test(target.id) ||
      columns.length === 0
    )
      continue;
    if (columns.every((one) => one !== undefined)) found.set(target.id, { node, columns });
  }
  return found;
}
