import { literalPaths } from "../analysis/file-names.ts";
import type { Rule } from "../rule.ts";

export const hardcodedPathInInference: Rule = {
  code: "XF404",
  name: "hardcoded-path-in-inference",
  severity: "warning",
  summary: "inference.py finds every file through DirectorySettings",
  why: "Where it runs for the leaderboard the folders are others than here.",
  fix: "Start every path from settings.input_dir, settings.artifact_dir or settings.output_dir.",
  bad: `test = pl.read_csv("/kaggle/input/titanic/test.csv")`,
  good: `test = pl.read_csv(settings.input_dir / "test.csv")`,
  check: ({ inference }) => (inference === undefined ? [] : literalPaths(inference)),
};
