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

Any other name works too: see [a metric of your own](experiments.md#a-metric-of-your-own). Its direction has to be given, and
its scores are recorded as unverifiable.
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
