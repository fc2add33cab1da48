import type { z } from "zod";
import { counted } from "../../core/text/counted.ts";
import { formatDelta, sameDecimals } from "../../core/score/score.ts";
import { caveat } from "../../core/score/shown-score.ts";
import { isGapBeyondNoise } from "../../core/score/lb-gap.ts";
import type { deps } from "../../operations/commands/submit/deps.ts";
import type { submit } from "../../operations/commands/submit/submit.ts";
import { gapNote } from "./gap-note.ts";
import { nextLines } from "./next.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Output = z.output<typeof submit.output>;
type Case<Status extends Output["status"]> = Extract<Output, { status: Status }>;

const shownPlaces = 5;

export function renderSubmit(output: Output, style: Style): string {
  return [
    `${style.bold(output.experiment)}  ${fileLine(output, style)}`,
    ...stepLines(output, style),
    ...(output.status === "checked" ? preflightLines(output.preflight, style) : []),
    ...scoreLines(output, style),
    `  ${output.summary}`,
    ...leaderboardLines(output, style),
    ...output.warnings.map((warning) => `${style.yellow("!")} ${warning}`),
    ...nextLines(output.next, style),
  ].join("\n");
}

export function renderDeps(
  { status, summary }: z.output<typeof deps.output>,
  style: Style,
): string {
  const marks = {
    done: style.green("fetched"),
    "up-to-date": "as before",
    skipped: "nothing to fetch",
  };
  return `${marks[status]}  ${summary}`;
}

function fileLine(output: Output, style: Style): string {
  if (!("file" in output) || output.file === undefined) return "on the way to Kaggle";
  if (typeof output.rows !== "number") return `${output.file}, not checked`;
  return `${output.file}, ${counted(output.rows, "row")}: ${style.green("fine")}`;
}

function stepLines({ steps }: Output, style: Style): string[] {
  const width = Math.max(0, ...steps.map(({ name }) => name.length));
  const marks = {
    done: style.green("✓"),
    "up-to-date": style.dim("="),
    pending: "→",
    skipped: style.dim("·"),
  };
  return steps.map(
    ({ name, status, summary }) => `  ${marks[status]} ${name.padEnd(width)}  ${summary}`,
  );
}

/** What speaks for and against spending a submission; before a real one it is said on the way. */
function preflightLines(preflight: Case<"checked">["preflight"], style: Style): string[] {
  if (preflight === null) return [];
  const doubts =
    preflight.doubts.length === 0 ? [] : [style.yellow("  submitting it would need --yes")];
  return [...preflight.lines.map((line) => `  ${line}`), ...doubts];
}

function scoreLines(output: Output, style: Style): string[] {
  if (!("public" in output) || output.public === null) return [];
  const shown = sameDecimals([output.public, output.private, output.cv]);
  const cells = [
    `Public LB ${style.bold(shown(output.public))}`,
    output.private === null ? [] : `Private LB ${style.bold(shown(output.private))}`,
    output.cv === null ? [] : `CV ${shown(output.cv)}${caveat(output)}`,
    output.gap === null ? [] : `LB-CV ${formatDelta(output.gap)}${withinNoise(output)}`,
  ].flat();
  const beyond = isGapBeyondNoise(output.gap, output.std);
  return [`  ${cells.join("   ")}`, ...(beyond === true ? [style.yellow(`  ${gapNote}`)] : [])];
}

function withinNoise({ gap, std }: Pick<Case<"graded">, "gap" | "std">): string {
  const beyond = isGapBeyondNoise(gap, std);
  if (beyond === null) return "";
  return beyond ? " (beyond the noise of the folds)" : " (within the noise of the folds)";
}

function leaderboardLines(output: Output, style: Style): string[] {
  if (!("leaderboard" in output) || output.leaderboard.length < 2) return [];
  const shown = sameDecimals(output.leaderboard.map(({ score }) => score));
  const rows = output.leaderboard
    .slice(0, shownPlaces)
    .map(({ experiment, score }, index) => [
      String(index + 1),
      experiment === output.experiment ? style.bold(experiment) : experiment,
      shown(score),
    ]);
  const more = output.leaderboard.length - rows.length;
  return [
    "",
    table(rows, {
      header: ["#", "leaderboard", "public"],
      align: ["right", "left", "right"],
      style,
    }),
    ...(more > 0 ? [style.dim(`and ${more} more`)] : []),
    "",
  ];
}
