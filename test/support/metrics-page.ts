import { findMetric, metricNames } from "../../src/core/metrics/known-metrics.ts";
import type { Metric } from "../../src/core/metrics/metric.ts";

const predictionOf: Record<Metric["needs"], string> = {
  labels: "labels",
  probabilities: "probabilities",
  values: "numbers",
};

/** The text of docs/metrics.md: a row for each metric of the table. */
export function metricsPage(): string {
  return `# Metrics

The metrics that Crossfold computes: from these it recomputes a recorded score, grades a local competition, and knows the
direction without being told.

| \`metric.name\` | | task | predictions | better | range |
|---|---|---|---|---|---|
${metricNames.map((name) => rowOf(name, findMetric(name)!)).join("\n")}

- Each agrees with scikit-learn's value for the same rows. Several targets count as the mean over them.
- Labels may also be given as probabilities: the most likely class is taken, of a single column the second class from 0.5 on.
- Probabilities lie between 0 and 1, those of several classes add up to 1 in each row; for \`roc_auc\` any number will do,
  since only the order of the rows counts.
- \`log_loss\`, as scikit-learn has it, is \`logloss\`.
- A metric on a log scale is one for which the template learns the logarithm of the target.
- \`crossfold record\` refuses a \`metrics.json\` whose scores lie outside the range. Where \`project.yml\` takes a metric in the
  other direction (a negated error), the range does not hold and is not asked for.
- On platform \`kaggle\`, \`init\` and \`docs fetch\` find the metric by the name that Kaggle gives it; a variant of one
  (\`Mean Columnwise Root Mean Squared Error\`) is left to you.

## A metric of your own

Any other name works too; its direction has to be given. Write it as a Python function in the workspace and name that, and
its scores are proved and graded like those above:

\`\`\`yaml
metric: { name: waste, direction: minimize, function: metrics/waste.py:waste, range: [0, 1000] }
\`\`\`

\`\`\`python
# metrics/waste.py
import numpy as np


def waste(y_true, y_pred):
    gap = y_pred - y_true
    return np.mean(np.where(gap > 0, 3 * gap, -gap))
\`\`\`

| key | |
|---|---|
| \`function\` | \`path/in/the/workspace.py:name\` |
| \`range\` | lowest and highest possible score, \`null\` for an open end; a score outside it is refused |
| \`needs\` | what the template gives the function as predictions: \`values\`, \`labels\` or \`probabilities\`. Left out, the template decides by the target: more than 20 different numbers, or fractions, are values; else probabilities where \`sample_submission\` has fractions or a column a class, else labels |
| \`own\` | \`true\` says of a metric without \`function\` that it is your own: its scores are not proved, but ranked |

- The function gets numpy arrays: one dimension for one target and one prediction column; a column each where there are
  several targets, or probabilities of several classes, which come in the order of the classes. Numbers are floats, True and
  False are 1 and 0, other labels are texts. It returns a number.
- Crossfold runs it in the workspace's environment, as the file was when the run started, on the targets of the data and the
  predictions of the OOF file: all rows, then each fold. Where that environment cannot be made, the run waits to be judged. The template's harness runs the same function in training; \`inference.py\` does not need it.
- The file stands alone: it can import what is installed, not what lies beside it. Its SHA-256 is kept with every score
  (\`metric_sha256\`), so a score from before an edit is not taken for one from after it.
- Refused, with the line where there is one: an exception, a result that is no finite number, a result that is random or
  depends on the order of the rows (it is called a second time on the same rows, shuffled), a constant, and more than 10
  minutes in all (\`CROSSFOLD_METRIC_TIMEOUT\`, in seconds).
- A name of the table above cannot have a function: Crossfold computes it itself.

Without \`function\`, a metric that only train.py computes is recorded as unverifiable; [the harness](experiments.md#a-metric-of-your-own)
says where to add it.
`;
}

function rowOf(name: string, { title, tasks, needs, direction, range, logScale }: Metric): string {
  const cells = [
    `\`${name}\``,
    logScale ? `${title} (log scale)` : title,
    tasks.join(", "),
    predictionOf[needs],
    direction === "maximize" ? "higher" : "lower",
    rangeWords(range),
  ];
  return `| ${cells.join(" | ")} |`;
}

function rangeWords([lowest, highest]: Metric["range"]): string {
  if (highest === Infinity) return `from ${lowest}`;
  return lowest === -Infinity ? `up to ${highest}` : `${lowest} to ${highest}`;
}
