import { fBeta } from "./label-metrics.ts";
import { meanAveragePrecision } from "./list-metrics.ts";
import type { Metric } from "./metric.ts";
import { topAccuracy } from "./probability-metrics.ts";
import { pinball } from "./value-metrics.ts";

/** The row of an F score that weighs recall by `beta`. */
export function fBetaRow(beta: number): Metric {
  return {
    title: `F with beta ${beta} of the positive class`,
    alsoNamed: [`f${beta}`, `f${beta}_score`],
    tasks: ["binary", "multilabel"],
    needs: "labels",
    compute: fBeta(beta),
    positive: true,
    direction: "maximize",
    range: [0, 1],
    logScale: false,
    kaggle: new RegExp(`^(binary )?f ?(beta )?${words(beta)}( score)?$`),
  };
}

/** The row of the accuracy for which a class among the `k` likeliest is right. */
export function topAccuracyRow(k: number): Metric {
  return {
    title: `Share of rows whose class is among the ${k} likeliest`,
    alsoNamed: [`top_${k}`, `top${k}_accuracy`],
    tasks: ["multiclass"],
    needs: "probabilities",
    compute: topAccuracy(k),
    anyScale: true,
    direction: "maximize",
    range: [0, 1],
    logScale: false,
    kaggle: new RegExp(`^top ${k} accuracy$`),
  };
}

/** The row of the mean average precision at `k`. */
export function meanAveragePrecisionRow(k: number): Metric {
  return {
    title: `Mean average precision at ${k}`,
    alsoNamed: [`map@${k}`, `map${k}`],
    tasks: ["multiclass"],
    needs: "lists",
    compute: meanAveragePrecision(k),
    longest: k,
    direction: "maximize",
    range: [0, 1],
    logScale: false,
    kaggle: new RegExp(`^(map|mean average precision)( at)? ?${k}$`),
  };
}

/** The row of the loss of a predicted quantile. */
export function pinballRow(quantile: number, alsoNamed: readonly string[] = []): Metric {
  return {
    title: `Pinball loss of the quantile ${quantile}`,
    alsoNamed: [`quantile_${quantile}`, ...alsoNamed],
    tasks: ["regression"],
    needs: "values",
    compute: pinball(quantile),
    direction: "minimize",
    range: [0, Infinity],
    logScale: false,
    kaggle: new RegExp(`^(pinball|quantile)( loss)? ${words(quantile)}$`),
  };
}

/** A number as it stands in a name whose other signs are blanks. */
function words(number: number): string {
  return String(number).replace(".", " ");
}
