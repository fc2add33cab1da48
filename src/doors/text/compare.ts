import type { z } from "zod";
import { formatSettingValue } from "../../core/experiment/config-summary.ts";
import {
  formatColumnScore,
  formatDelta,
  formatScore,
  standardDeviation,
} from "../../core/score/score.ts";
import type { compare } from "../../operations/commands/review/compare.ts";
import { foldStrip, scaleOf } from "./folds.ts";
import { colorDelta, taskLbLines } from "./history.ts";
import { pairingLines, pairingMark } from "./lb-pairing.ts";
import { renderProblems } from "./problems.ts";
import { markLegend, scoreMarks } from "./score-marks.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Output = z.output<typeof compare.output>;

export function renderCompare(output: Output, style: Style): string {
  return [
    scoreTable(output, style),
    ...markLegend([output.a, output.b], style),
    ...taskLbLines([output.a, output.b], style),
    ...pairingLines([output.a, output.b], style),
    ...stripLines(output, style),
    "",
    `${verdictMark(output, style)} ${output.verdict.summary}`,
    "",
    ...configLines(output, style),
    ...codeLines(output, style),
    ...renderProblems(output.problems, style),
  ].join("\n");
}

function scoreTable(output: Output, style: Style): string {
  const { a, b } = output;
  const comparable = haveOneMetric(output);
  const better = output.direction === "maximize" ? "higher is better" : "lower is better";
  const title = comparable ? `${output.metric} (${better})` : "";
  const folds = output.folds.map((fold, index) => [
    `fold ${index}`,
    formatColumnScore(fold.a),
    formatColumnScore(fold.b),
    colorDelta(fold.difference, fold.improved, style),
  ]);
  const cv = scoreRow(output, "cv", "CV");
  if (output.difference === null) cv[3] = "";
  else cv[3] = style.bold(colorDelta(output.difference, output.improved, style));
  const metricRows = comparable ? [] : [["metric", a.metric ?? "-", b.metric ?? "-", ""]];
  const rows = [
    ...metricRows,
    ...folds,
    cv,
    scoreRow(output, "std", "std"),
    scoreRow(output, "lb", "LB"),
    ...gapRow(output),
  ];
  const header = [title, a.experiment, b.experiment, "difference"];
  return table(rows, { header, align: ["left", "right", "right", "right"], style });
}

function haveOneMetric({ a, b }: Output): boolean {
  return a.metric === null || b.metric === null || a.metric === b.metric;
}

/** Scores that are not compared have no difference. */
function scoreRow(output: Output, key: "cv" | "std" | "lb", title: string): string[] {
  const [from, to] = [output.a[key], output.b[key]];
  const compared = key === "lb" ? haveOneMetric(output) : output.difference !== null;
  return [
    title,
    from === null ? "-" : formatColumnScore(from) + mark(key, output.a),
    to === null ? "-" : formatColumnScore(to) + mark(key, output.b),
    from === null || to === null || !compared ? "" : formatDelta(to - from),
  ];
}

/** LB minus the CV that it is paired with, where one of the two has it. */
function gapRow({ a, b }: Output): string[][] {
  if (a.gap === null && b.gap === null) return [];
  const cells = [a, b].map((row) =>
    row.gap === null ? "-" : formatDelta(row.gap) + pairingMark(row),
  );
  return [["LB-CV", ...cells, ""]];
}

function mark(key: string, row: Output["a"]): string {
  if (key === "cv") return scoreMarks(row);
  return key === "lb" && row.lbFrom === "task" ? "†" : "";
}

function stripLines({ a, b, folds }: Output, style: Style): string[] {
  if (folds.length === 0) return [];
  const scale = scaleOf(folds.flatMap((fold) => [fold.a, fold.b]));
  const line = (name: string, scores: readonly number[]) =>
    `${style.dim(name)}  ${foldStrip(scores, scale)}  ${style.dim(`std ${formatScore(standardDeviation(scores))}`)}`;
  return ["", line(a.experiment, a.folds), line(b.experiment, b.folds)];
}

function verdictMark({ verdict }: Output, style: Style): string {
  if (verdict.verdict === "better") return style.green("▲");
  if (verdict.verdict === "worse") return style.red("▼");
  return style.yellow(verdict.verdict === "none" ? "?" : "≈");
}

function configLines(output: Output, style: Style): string[] {
  if (output.a.cv === null || output.b.cv === null) return [];
  if (output.config.length === 0) return [style.dim("settings: the same"), ""];
  const rows = output.config.map(({ key, a, b }) => [key, shown(a), shown(b)]);
  return [
    table(rows, { header: ["setting", output.a.experiment, output.b.experiment], style }),
    "",
  ];
}

function shown(value: unknown): string {
  return value === undefined ? "-" : formatSettingValue(value);
}

function codeLines({ a, b, code }: Output, style: Style): string[] {
  const since = [code.asItRan.a ? [] : a.experiment, code.asItRan.b ? [] : b.experiment].flat();
  const note = since.length === 0 ? "as it ran" : `${since.join(" and ")} as it is now`;
  if (code.files.length === 0) return [style.dim(`code: the same (${note})`)];
  return [
    style.bold(`code (${note}): ${code.files.join(", ")}`),
    ...code.diff
      .trimEnd()
      .split("\n")
      .flatMap((line) => diffLine(line, style)),
  ];
}

function diffLine(line: string, style: Style): string[] {
  if (/^(diff --git|index |new file|deleted file)/.test(line)) return [];
  if (/^(---|\+\+\+)/.test(line)) return [style.dim(line)];
  if (line.startsWith("+")) return [style.green(line)];
  if (line.startsWith("-")) return [style.red(line)];
  return [line.startsWith("@@") ? style.cyan(line) : line];
}
