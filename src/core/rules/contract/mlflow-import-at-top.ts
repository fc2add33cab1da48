import { trainingFiles } from "../analysis/experiment-source.ts";
import type { PyNode } from "../analysis/python-tree.ts";
import type { Found, Rule } from "../rule.ts";

export const mlflowImportAtTop: Rule = {
  code: "XF119",
  name: "mlflow-import-at-top",
  severity: "warning",
  summary:
    "train.py imports experiment tracking (MLflow, W&B, ...) where it is used, not at the top",
  why: "inference.py imports predict from train.py: an import at the top must succeed where the submission runs, without internet and often without MLflow. In a code competition this is an error.",
  fix: "Import it inside main or the function that starts the run; or guard it: `try: import mlflow` with `except ImportError`.",
  bad: `import mlflow\n\n\ndef main(debug: bool = False) -> None:\n    with mlflow.start_run(): ...`,
  good: `def main(debug: bool = False) -> None:\n    import mlflow\n\n    with mlflow.start_run(): ...`,
  check(source) {
    const severity = source.project.is_code_competition ? "error" : "warning";
    return trainingFiles(source).flatMap((file) =>
      file.tree.body.flatMap((node): Found[] => {
        const name = trackerIn(node);
        const message = `${name} is imported at the top, and inference imports ${file.name}`;
        return name === undefined ? [] : [{ file, at: node, message, severity }];
      }),
    );
  },
};

/** The tracker that a statement at the top level imports, if it does. */
function trackerIn(node: PyNode): string | undefined {
  if (node.nodeType === "Import")
    return node.names.map(({ name }) => name.split(".")[0]!).find(isTracker);
  if (node.nodeType !== "ImportFrom" || node.module === undefined || node.level) return undefined;
  const [root] = node.module.split(".");
  return isTracker(root!) ? root : undefined;
}

function isTracker(name: string): boolean {
  return /^(mlflow|wandb|neptune|comet_ml|clearml|aim)$/.test(name);
}
