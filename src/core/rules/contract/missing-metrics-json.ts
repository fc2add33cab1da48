import { findOutput } from "../analysis/run-outputs.ts";
import type { Rule } from "../rule.ts";

export const missingMetricsJson: Rule = {
  code: "XF109",
  name: "missing-metrics-json",
  severity: "error",
  summary: "train.py writes metrics.json to artifact_dir",
  why: "The CV score is recorded from this file and from nothing else.",
  fix: 'Write cv_score, fold_scores, metric, direction and config to settings.artifact_dir / "metrics.json".',
  bad: `print(f"CV {cv_score:.4f}")`,
  good: `(settings.artifact_dir / "metrics.json").write_text(json.dumps(metrics))`,
  check: (source) =>
    findOutput(source, {
      name: /metrics\.json$|\{\}\.json$/,
      made: /metrics_(json|file)|(save|write|dump)_metrics/i,
      what: "metrics.json",
    }),
};
