import type { z } from "zod";
import { formatAge } from "../../core/text/age.ts";
import { counted } from "../../core/text/counted.ts";
import { formatColumnScore, formatDelta, formatRange } from "../../core/score/score.ts";
import type { history } from "../../operations/commands/review/history.ts";
import { foldStrip } from "./folds.ts";
import { gapNote } from "./gap-note.ts";
import { renderProblems } from "./problems.ts";
import { emptyList } from "./next.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Output = z.output<typeof history.output>;
type Row = Output["experiments"][number];

const columns = [
  { title: "experiment", align: "left" },
  { title: "CV", align: "right" },
  { title: "std", align: "right" },
  { title: "folds", align: "left" },
  { title: "range", align: "right" },
  { title: "LB", align: "right" },
  { title: "LB-CV", align: "right" },
  { title: "parent", align: "left" },
  { title: "Δ parent", align: "right" },
  { title: "state", align: "left" },
  { title: "age", align: "right" },
  { title: "hypothesis", align: "left" },
] as const;

export function renderHistory(output: Output, style: Style): string {
  if (output.csv !== null) return output.csv.trimEnd();
  const shown = output.experiments.length;
  if (output.total === 0)
    return [
      emptyList(
        "No experiments yet.",
        { operation: "new", input: {}, why: "makes the first" },
        style,
      ),
      ...renderProblems(output.problems, style),
    ].join("\n");
  const scales = foldScales(output.experiments);
  const title = `${output.competition}: ${output.metric}, ${output.direction === "maximize" ? "higher" : "lower"} is better`;
  const count =
    (shown === output.total ? "" : `${shown} of `) + counted(output.total, "experiment");
  return [
    style.dim(`${title}; ${count}`),
    table(
      output.experiments.map((row) => cells(row, output.metric, scales, style)),
      {
        header: columns.map((column) => column.title),
        align: columns.map((column) => column.align),
        style,
      },
    ),
    ...(output.experiments.some((row) => row.proof === "unverifiable")
      ? [style.dim("? the CV could not be computed again from OOF predictions; `show` says why")]
      : []),
    ...(output.experiments.some((row) => row.gapBeyondNoise) ? [style.yellow(`! ${gapNote}`)] : []),
    ...otherMetricLines(output, style),
    ...taskLbLines(output.experiments, style),
    ...renderProblems(output.problems, style),
  ].join("\n");
}

/** The folds of all experiments of a metric, which share a scale. */
function foldScales(rows: readonly Row[]): Map<string | null, number[]> {
  const scales = new Map<string | null, number[]>();
  for (const { metric, folds } of rows)
    scales.set(metric, [...(scales.get(metric) ?? []), ...folds]);
  return scales;
}

function otherMetricLines({ experiments, metric }: Output, style: Style): string[] {
  const others = new Set(
    experiments.map((row) => row.metric).filter((one) => isOther(one, metric)),
  );
  if (others.size === 0) return [];
  return [style.dim(`≠ scored by ${[...others].join(", ")}, which is not compared with ${metric}`)];
}

function isOther(own: string | null, metric: string): boolean {
  return own !== null && own !== metric;
}

function cells(
  row: Row,
  metric: string,
  scales: ReadonlyMap<string | null, number[]>,
  style: Style,
): string[] {
  const scored = row.cv !== null;
  const marks = (row.proof === "verified" ? "" : "?") + (isOther(row.metric, metric) ? "≠" : "");
  const cv = scored ? formatColumnScore(row.cv!) + marks : "";
  return [
    row.best ? style.green(`★ ${row.experiment}`) : `  ${row.experiment}`,
    row.best ? style.bold(style.green(cv)) : cv,
    row.std === null ? "" : formatColumnScore(row.std),
    foldStrip(row.folds, scales.get(row.metric)!),
    scored ? formatRange(row.folds) : "",
    columnLb(row),
    row.gap === null ? "" : formatDelta(row.gap) + (row.gapBeyondNoise === true ? "!" : ""),
    row.parent ?? "",
    row.difference === null ? "" : colorDelta(row.difference, row.improved, style),
    colorState(row, style),
    row.ageSeconds === null ? "" : formatAge(row.ageSeconds),
    row.hypothesis ?? "",
  ];
}

/** An LB in a table; † as in `taskLbLines`. */
export function columnLb({ lb, lbFrom }: Pick<Row, "lb" | "lbFrom">): string {
  return lb === null ? "" : formatColumnScore(lb) + (lbFrom === "task" ? "†" : "");
}

/** What † means, where a row has it. */
export function taskLbLines(rows: readonly Pick<Row, "lbFrom">[], style: Style): string[] {
  if (rows.every(({ lbFrom }) => lbFrom !== "task")) return [];
  return [style.dim("† LB from the task, not linked to a run; `lb` records it")];
}

/** A difference to the parent, green where it is an improvement. */
export function colorDelta(difference: number, improved: boolean | null, style: Style): string {
  const text = formatDelta(difference);
  if (improved === null) return text;
  return improved ? style.green(text) : style.red(text);
}

export function colorState(row: Pick<Row, "state" | "debug">, style: Style): string {
  const text = row.debug ? `${row.state} (debug)` : row.state;
  if (row.state === "failed" || row.state === "lost") return style.red(text);
  if (row.state === "succeeded") return style.green(text);
  return row.state === "new" ? style.dim(text) : style.yellow(text);
}
