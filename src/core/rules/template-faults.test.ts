import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../package-root.ts";
import { readSource } from "../../python/source-tree.ts";
import { parseProject } from "../../storage/competition/project-file.ts";
import { checkExperiment } from "./check-experiment.ts";

const templates = path.join(packageRoot(), "templates", "workspace", "templates");
const project = parseProject(
  `competition_name: toy
competition_platform: kaggle
data: { id: id, target: target }
metric: { name: roc_auc, direction: maximize }
validation: { strategy: StratifiedKFold, n_splits: 5, seed: 42 }
`,
  "project.yml",
);

const sources = new Map(
  ["models", "harness"].flatMap((folder) =>
    readdirSync(path.join(templates, folder))
      .filter((name) => name.endsWith(".py"))
      .map((name) => [
        folder === "models" ? name : `harness/${name}`,
        readFileSync(path.join(templates, folder, name), "utf8"),
      ]),
  ),
);

/** Places of findings in the template with one passage written otherwise. */
function findingsWith(file: string, from: string, to: string): string[] {
  const text = sources.get(file)!;
  expect(text).toContain(from);
  const files = [...sources].map(([name, source]) =>
    readSource(name, name === file ? text.replace(from, to) : source),
  );
  const found = checkExperiment({ name: "exp000", folder: "models/exp000", project, files });
  return found.map((one) => `${path.posix.relative("models/exp000", one.file)} ${one.code}`);
}

const scaled = `scaled = StandardScaler().fit_transform(data.frame)
    with start_tracking`;

test.each([
  [
    "a fit on all rows before the folds",
    "train.py",
    "with start_tracking",
    scaled,
    "train.py XF201",
  ],
  [
    "features that predict does not make",
    "train.py",
    "-> Outputs:\n",
    "-> Outputs:\n    return {}\n\n\ndef unused(model: Model, df: pl.DataFrame) -> Outputs:\n",
    "train.py XF501",
  ],
  [
    "a feature without f_",
    "train.py",
    "df.with_columns(features)",
    'df.with_columns((pl.col("a") + 1).alias("b"))',
    "train.py XF506",
  ],
  [
    "a feature of the target",
    "train.py",
    "pl.all().is_null()",
    'pl.col("target")',
    "train.py XF204",
  ],
  [
    "all epochs in a debug run",
    "train.py",
    "config = replace(config, epochs=1)",
    "pass",
    "train.py XF114",
  ],
  [
    "all rows in a debug run",
    "train.py",
    "config.debug_rows if debug else None",
    "None",
    "train.py XF113",
  ],
  [
    "a debug run in the folder of the full one",
    "train.py",
    'settings.artifact_dir = settings.artifact_dir / "debug"\n        settings.output_dir = settings.artifact_dir',
    "pass",
    "train.py XF112",
  ],
  ["no tag debug", "train.py", ', tags={"debug": str(debug).lower()}', "", "train.py XF115"],
  ["no guard", "train.py", 'if __name__ == "__main__":', "if True:", "train.py XF102"],
  ["no metrics.json", "harness/results.py", '"metrics.json"', '"results.yml"', "train.py XF109"],
  ["no plot", "harness/results.py", "    save_plots(", "    print(", "train.py XF111"],
  [
    "no metrics.json, the call left out",
    "train.py",
    "        save_metrics(",
    "        print(",
    "train.py XF109",
  ],
  [
    "a splitter without a seed",
    "harness/validation.py",
    "KFold(**shuffled).split(rows))",
    "KFold(5, shuffle=True).split(rows))",
    "harness/validation.py XF301",
  ],
  [
    "a fit on all rows in the harness",
    "harness/cross_validation.py",
    "    splits = make_splits",
    "    scaler = StandardScaler().fit(data.frame)\n    splits = make_splits",
    "harness/cross_validation.py XF201",
  ],
  [
    "a download while predicting",
    "harness/submission.py",
    "    metric = inference_metric(project, saved)",
    '    metric = requests.get("https://example.com")',
    "harness/submission.py XF401",
  ],
])("%s is found", (_, file, from, to, finding) => {
  expect(findingsWith(file, from, to)).toContain(finding);
});
