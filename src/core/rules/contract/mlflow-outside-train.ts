import { type IndexedFile, resolve } from "../analysis/source-index.ts";
import type { Found, Rule } from "../rule.ts";

const trackers = /^(mlflow|wandb|neptune|comet_ml|clearml|aim)\./;

const setsUp =
  /\.(set_experiment|set_tracking_uri|start_run|autolog|log_\w+|set_tags?|init|init_run|Run|Experiment)$/;

export const mlflowOutsideTrain: Rule = {
  code: "XF106",
  name: "mlflow-outside-train",
  severity: "error",
  summary: "experiment tracking (MLflow, W&B, ...) is set up in train.py only",
  why: "Every file imports settings.py, and inference.py runs without a tracking server or a network: tracking calls there start empty runs or fail.",
  fix: "Move the calls to train.py, into main or a function that main calls.",
  bad: `# settings.py\nmlflow.set_experiment("titanic")`,
  good: `# train.py\ndef main(debug: bool = False) -> None:\n    mlflow.set_experiment("titanic")`,
  check({ settings, inference }) {
    return [settings, inference].flatMap((file) => (file === undefined ? [] : trackingIn(file)));
  },
};

function trackingIn(file: IndexedFile): Found[] {
  const found: Found[] = [];
  for (const call of file.calls) {
    const name = resolve(file, call.func);
    if (name === undefined || !trackers.test(name) || !setsUp.test(name)) continue;
    found.push({ file, at: call, message: `${name} belongs in train.py, not in ${file.name}` });
  }
  return found;
}
