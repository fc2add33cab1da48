import { findMetric, metricNames } from "../../src/core/metrics/known-metrics.ts";
import type { Metric } from "../../src/core/metrics/metric.ts";

const predictionOf: Record<Metric["needs"], string> = {
  labels: "labels",
  probabilities: "probabilities",
  values: "numbers",
  lists: "labels in their order",
};

/** The text of docs/metrics.md: a row for each metric of the table. */
export function metricsPage(): string {
  return `# Metrics

The metrics that Crossfold computes: from these it recomputes a recorded score, grades a local competition, and knows the
direction without being told.

| \`metric.name\` | | also named | task | predictions | better | range |
|---|---|---|---|---|---|---|
${metricNames.map((name) => rowOf(name, findMetric(name)!)).join("\n")}

- Each [agrees](metrics-checked.md) with scikit-learn's value for the same rows, or Kaggle's formula where scikit-learn has none. Several targets
  count as the mean over them, for metrics of \`multilabel\` and \`regression\`.
- The positive class, of \`f1\`, \`precision\`, \`recall\` and their like, is the second of the two classes sorted: 1 of 0 and 1,
  True, yes.
- Labels may also be given as probabilities: the most likely class is taken, of a single column the second class from 0.5 on.
- Probabilities lie between 0 and 1, those of several classes add up to 1 in each row; for \`roc_auc\` any number will do,
  since only the order counts; so for \`average_precision\` and \`top_3_accuracy\` and its like.
- \`map_at_3\` and its like take labels with blanks between, the likeliest first, as Kaggle does (\`cat dog bird\`); the target
  may list several. A column of probabilities for each class will do too.
- \`smape\` is in percent, 0 to 200, as Kaggle has it; \`mape\` and \`rmspe\` are shares (0.1 is 10 percent), and \`rmspe\` is not
  defined where a target is 0. \`gini\` of a target of 0 and 1 is 2 · \`roc_auc\` - 1.
- Another beta, k or quantile than these is [a metric of your own](#a-metric-of-your-own).
- A metric on a log scale is one for which the template learns the logarithm of the target.
- \`crossfold record\` refuses a \`metrics.json\` whose scores lie outside the range, and \`crossfold lb\` such a score. Where \`project.yml\` takes a metric in the
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

/** The text of docs/metrics-checked.md: each metric, task and spelling beside what it was compared with. */
export function checkedMetricsPage(
  compared: readonly { metric: string; task: string; spelling: string; by: string }[],
): string {
  const counts = new Map<string, { by: string; spellings: string[] }>();
  for (const { metric, task, spelling, by } of compared) {
    const key = `\`${metric}\` | ${task}`;
    const entry = counts.get(key) ?? { by, spellings: [] };
    entry.spellings.push(spelling);
    counts.set(key, entry);
  }
  const sets = new Map<string, string[]>();
  for (const { spellings } of counts.values()) sets.set(spellings.join("\n"), spellings);
  const letters = new Map([...sets.keys()].map((key, at) => [key, setName(at)]));
  const table = [...counts].map(
    ([key, { by, spellings }]) =>
      `| ${key} | ${letters.get(spellings.join("\n"))!}: ${spellings.length} | ${by} |`,
  );
  const lists = [...sets].map(([key, spellings]) => {
    const lines = byForm(spellings).map(([form, names]) => `- ${form}: ${names.join("; ")}`);
    return `## Spellings ${letters.get(key)!}\n\n${lines.join("\n")}\n`;
  });
  return `# Metrics, checked

Each [metric](metrics.md) by platform \`local\` on random rows, public and private ones apart, against a second computation: the
same score to 11 digits in each of ${compared.length} cases. The template's harness gives it too. \`test/e2e/metric-oracle.test.ts\`
makes the cases and this page.

| metric | task | spellings | against |
|---|---|---|---|
${table.join("\n")}

"A to B" is A in the solution and B in the submission.

${lists.join("\n")}`;
}

/** A, B, C and so on. */
function setName(at: number): string {
  return String.fromCodePoint(65 + at);
}

/** Spellings of which the last words, after the last comma, name the labels. */
function byForm(spellings: readonly string[]): [form: string, names: string[]][] {
  const forms = new Map<string, string[]>();
  for (const spelling of spellings) {
    const at = spelling.lastIndexOf(", ");
    const form = at === -1 ? "a column" : spelling.slice(0, at);
    forms.set(form, [...(forms.get(form) ?? []), spelling.slice(at === -1 ? 0 : at + 2)]);
  }
  return [...forms];
}

function rowOf(name: string, metric: Metric): string {
  const { title, alsoNamed = [], tasks, needs, direction, range, logScale } = metric;
  const cells = [
    `\`${name}\``,
    logScale ? `${title} (log scale)` : title,
    alsoNamed.map((other) => `\`${other}\``).join(", "),
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
