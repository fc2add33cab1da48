import type { z } from "zod";
import { formatAge } from "../../core/text/age.ts";
import { counted } from "../../core/text/counted.ts";
import {
  formatColumnScore,
  formatDelta,
  formatRange,
  formatScore,
} from "../../core/score/score.ts";
import { verifySummaryText } from "../../core/score/verification.ts";
import type { history } from "../../operations/commands/review/history.ts";
import { foldStrip, type Scale, scaleOf } from "./folds.ts";
import { gapNote } from "./gap-note.ts";
import { pairingLines, pairingMark } from "./lb-pairing.ts";
import { renderProblems } from "./problems.ts";
import { emptyList } from "./next.ts";
import { markLegend, scoreMarks } from "./score-marks.ts";
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
      output.experiments.map((row) => cells(row, scales, style)),
      {
        header: columns.map((column) => column.title),
        align: columns.map((column) => column.align),
        style,
      },
    ),
    ...markLegend(output.experiments, style, otherMetrics(output)),
    ...(output.experiments.some((row) => row.gapBeyondNoise) ? [style.yellow(`! ${gapNote}`)] : []),
    ...pairingLines(output.experiments, style),
    ...earlierLines(output.experiments, style),
    ...otherLines(output.experiments, style),
    ...taskLbLines(output.experiments, style),
    ...verifyLines(output.verify, style),
    ...renderProblems(output.problems, style),
  ].join("\n");
}

type Scales = ReadonlyMap<string | null, Scale>;

/** The folds of all experiments of a metric, which share a scale. */
function foldScales(rows: readonly Row[]): Scales {
  const scales = new Map<string | null, Scale>();
  for (const { metric, folds } of rows) scales.set(metric, scaleOf(folds, scales.get(metric)));
  return scales;
}

function otherMetrics({ experiments, metric }: Output): string[] {
  const rows = experiments.filter(({ standing }) => standing === "other-metric");
  const others = new Set(rows.map((row) => row.metric).filter((one) => one !== metric));
  const changed = rows.some((row) => row.metric === metric);
  return [
    others.size === 0
      ? []
      : `≠ scored by ${[...others].join(", ")}, which is not compared with ${metric}`,
    changed ? `≠ scored by ${metric} before its source changed` : [],
  ].flat();
}

const mostEarlier = 5;

/** Experiments whose newest score is worse than an earlier one of theirs. */
function earlierLines(rows: readonly Row[], style: Style): string[] {
  const worse = rows.filter(({ earlierBetter }) => earlierBetter !== null);
  const lines = worse
    .slice(0, mostEarlier)
    .map(({ experiment, earlierBetter }) =>
      style.yellow(`${experiment}: ${earlierText(earlierBetter!)}`),
    );
  const more = worse.length - lines.length;
  return more > 0 ? [...lines, style.dim(`and ${more} more; \`show\` says so`)] : lines;
}

/** `an earlier run was better: 0.8123, run 20261123-...`. */
export function earlierText({ score, run }: NonNullable<Row["earlierBetter"]>): string {
  return `an earlier run was better: ${formatScore(score)}, run ${run}`;
}

/** Other scores of experiments that were run again with other settings, where they are not named as better already. */
function otherLines(rows: readonly Row[], style: Style): string[] {
  const lines = rows.flatMap(({ experiment, otherScores, earlierBetter }) =>
    otherScores
      .filter(({ run }) => run !== earlierBetter?.run)
      .map((one) => `${experiment}: ${otherScoreText(one)}`),
  );
  const more = lines.length - mostEarlier;
  return [
    ...lines.slice(0, mostEarlier),
    ...(more > 0 ? [`and ${more} more; \`show\` says so`] : []),
  ].map((line) => style.dim(line));
}

/** `also 0.8042, run 20261123-... (lr 0.1 -> 0.05 since)`. */
export function otherScoreText({ score, run, changed }: Row["otherScores"][number]): string {
  const since = changed.length === 0 ? "" : ` (${changed.join(", ")} since)`;
  return `also ${formatScore(score)}, run ${run}${since}`;
}

/** When `verify` last ran, and what it found. */
function verifyLines(verify: Output["verify"], style: Style): string[] {
  if (verify === null) return [];
  const text = verifySummaryText(verify);
  return [verify.counts.contradicted > 0 ? style.red(text) : style.dim(text)];
}

function cells(row: Row, scales: Scales, style: Style): string[] {
  const scored = row.cv !== null;
  const cv = scored ? formatColumnScore(row.cv!) + scoreMarks(row) : "";
  return [
    row.best ? style.green(`★ ${row.experiment}`) : `  ${row.experiment}`,
    row.best ? style.bold(style.green(cv)) : cv,
    row.std === null ? "" : formatColumnScore(row.std),
    foldStrip(row.folds, scales.get(row.metric)!),
    scored ? formatRange(row.folds) : "",
    columnLb(row),
    row.gap === null
      ? ""
      : formatDelta(row.gap) + (row.gapBeyondNoise === true ? "!" : "") + pairingMark(row),
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
