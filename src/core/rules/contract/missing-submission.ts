import { withHelpers } from "../analysis/experiment-source.ts";
import { identifiers, strings } from "../analysis/python-tree.ts";
import { bareWrites, type Output } from "../analysis/run-outputs.ts";
import type { IndexedFile } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

const submissionOutput: Omit<Output, "what"> = {
  name: /submission[\w{}]*\.(csv|parquet)$|^sub(\w*)\.csv$/i,
  folder: "output_dir",
};

export const missingSubmission: Rule = {
  code: "XF116",
  name: "missing-submission",
  severity: "error",
  summary: "inference.py writes the submission to output_dir",
  why: "`submit` looks for it in output_dir, and on Kaggle that is /kaggle/working.",
  fix: 'Write to settings.output_dir / "submission.csv".',
  bad: `submission.to_csv("submission.csv", index=False)`,
  good: `submission.to_csv(settings.output_dir / "submission.csv", index=False)`,
  check(source) {
    const { inference } = source;
    if (inference === undefined) return [];
    const files = withHelpers(source, inference, ["settings.py"]);
    const bare = files.flatMap((file) => bareWrites(file, submissionOutput));
    if (bare.length > 0) return bare;
    if (source.project.is_code_competition || files.some(mayWriteSubmission)) return [];
    return [{ file: inference, message: "inference.py writes no submission to output_dir" }];
  },
};

function mayWriteSubmission(file: IndexedFile): boolean {
  if (identifiers(file.tree).has("output_dir")) return true;
  for (const { text } of strings(file.tree))
    if (/submission/i.test(text) && /\.\w+$/.test(text)) return true;
  return false;
}
