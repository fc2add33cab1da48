import { findCalls } from "../analysis/inference-calls.ts";
import { calledName, type PyNode, strings } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";

export const trainDataInInference: Rule = {
  code: "XF405",
  name: "train-data-in-inference",
  severity: "warning",
  summary: "inference.py does not read the training data",
  why: "Whatever it takes from train.csv (categories, means, scalers) was learned in training and belongs in artifact_dir. Computed again it may differ, and the hidden test may come without train.csv.",
  fix: "Save what inference needs in train.py, and load it.",
  bad: `train = pl.read_csv(settings.input_dir / "train.csv")\nencoder.fit(train["city"])`,
  good: `encoder = joblib.load(settings.artifact_dir / "encoder.joblib")`,
  check(source) {
    const file = source.project.data.train.split("/").at(-1)!;
    return findCalls(source, ({ call }) =>
      /^(read_\w+|scan_\w+|load|open)$/.test(calledName(call)) &&
      call.args[0] !== undefined &&
      namesFile(call.args[0], file)
        ? `inference reads ${file}`
        : undefined,
    );
  },
};

function namesFile(node: PyNode, file: string): boolean {
  for (const { text } of strings(node)) if (text.split("/").at(-1) === file) return true;
  return false;
}
