import { literalPaths } from "../analysis/file-names.ts";
import type { Rule } from "../rule.ts";

export const hardcodedPath: Rule = {
  code: "XF117",
  name: "hardcoded-path",
  severity: "warning",
  summary: "paths come from DirectorySettings",
  why: "A hardcoded path works on one machine only; on Vertex AI, on Kaggle or in a debug run the folder is a different one.",
  fix: "Start every path from settings.input_dir, settings.artifact_dir or settings.output_dir.",
  bad: `train = pl.read_csv("../input/titanic/train.csv")`,
  good: `train = pl.read_csv(settings.input_dir / "train.csv")`,
  check: ({ files }) =>
    [...files.values()]
      .filter(({ name }) => name !== "settings.py" && name !== "inference.py")
      .flatMap(literalPaths),
};
