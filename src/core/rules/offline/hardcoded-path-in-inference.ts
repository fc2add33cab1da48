import { literalPaths } from "../analysis/file-names.ts";
import type { Rule } from "../rule.ts";

export const hardcodedPathInInference: Rule = {
  code: "XF404",
  name: "hardcoded-path-in-inference",
  severity: "warning",
  summary: "inference.py takes every path from DirectorySettings",
  why: "On Kaggle, where inference.py runs for the leaderboard, the folders are different ones.",
  fix: "Start every path from settings.input_dir, settings.artifact_dir or settings.output_dir.",
  bad: `test = pl.read_csv("/kaggle/input/titanic/test.csv")`,
  good: `test = pl.read_csv(settings.input_dir / "test.csv")`,
  check: ({ inference }) => (inference === undefined ? [] : literalPaths(inference)),
};
