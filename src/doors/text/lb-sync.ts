import type { z } from "zod";
import { counted } from "../../core/text/counted.ts";
import { formatScore } from "../../core/score/score.ts";
import type { lbSync } from "../../operations/commands/record/lb-sync.ts";
import { actionLines } from "./next.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Output = z.output<typeof lbSync.output>;
type Row = Output["submissions"][number];

export function renderLbSync(output: Output, style: Style): string {
  const { submissions, competition, recorded, unknown } = output;
  if (submissions.length === 0) return `${competition} has no submissions yet`;
  const rows = submissions.map((row) => [
    row.experiment ?? style.yellow("unknown"),
    shown(row.public),
    shown(row.private),
    stateOf(row, style),
    row.at.slice(0, 16).replace("T", " "),
    row.submission,
    row.message || row.fileName,
  ]);
  const header = ["experiment", "public", "private", "", "submitted", "submission", "message"];
  const align = ["left", "right", "right"] as const;
  return [
    table(rows, { header, align, style }),
    "",
    `${counted(submissions.length, "submission")}, ${recorded} with a score that is new here`,
    ...submissions.flatMap((row) => failureLine(row, style)),
    ...(unknown === 0 ? [] : unknownLines(submissions, style)),
  ].join("\n");
}

function shown(score: number | null): string {
  return score === null ? "" : formatScore(score);
}

function stateOf({ status, recorded }: Row, style: Style): string {
  if (status === "error") return style.red("failed");
  if (status === "pending") return "pending";
  return recorded ? style.green("new") : "";
}

function failureLine({ status, submission, error }: Row, style: Style): string[] {
  return status === "error" ? [`${style.red("failed")}  ${submission}: ${error}`] : [];
}

function unknownLines(submissions: readonly Row[], style: Style): string[] {
  const calls = submissions.flatMap(({ next }) => next ?? []);
  return [
    `${style.yellow("unknown")}  neither message nor file name names one experiment; to record them, with the experiment's name:`,
    ...actionLines(calls, style).map((line) => `  ${line}`),
  ];
}
