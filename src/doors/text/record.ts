import type { z } from "zod";
import { formatDelta, sameDecimals } from "../../core/score/score.ts";
import { caveat } from "../../core/score/shown-score.ts";
import type { done } from "../../operations/commands/record/done.ts";
import type { lb } from "../../operations/commands/record/lb.ts";
import type { record } from "../../operations/commands/record/record.ts";
import { gapNote } from "./gap-note.ts";
import type { Style } from "./style.ts";

export function renderRecord(output: z.output<typeof record.output>, style: Style): string {
  return [
    `${style.bold(output.experiment)}  ${output.summary}`,
    style.dim(`  run  ${output.run}`),
    ...(output.tracking === null ? [] : [`  ${output.tracking}`]),
    ...output.warnings.map((warning) => `${style.yellow("!")} ${warning}`),
  ].join("\n");
}

export function renderLb(output: z.output<typeof lb.output>, style: Style): string {
  const side = output.side === "public" ? "Public LB" : "Private LB";
  const shown = sameDecimals([output.score, output.cv]);
  const cv =
    output.cv === null
      ? style.yellow("no CV recorded to compare it with")
      : `CV ${shown(output.cv)}${caveat(output)}${gapText(output)}`;
  const before = output.already ? " (was recorded before)" : "";
  return [
    `${style.bold(output.experiment)}  ${side} ${style.bold(shown(output.score))}${before}; ${cv}`,
    style.dim(`  ${output.summary}`),
    ...(output.gapBeyondNoise === true ? [style.yellow(`  ${gapNote}`)] : []),
  ].join("\n");
}

function gapText({ gap, paired }: z.output<typeof lb.output>): string {
  const how = paired === "time" ? " (paired by time)" : "";
  return gap === null ? ", which is compared with nothing" : `, LB-CV ${formatDelta(gap)}${how}`;
}

export function renderDone(output: z.output<typeof done.output>, style: Style): string {
  return [
    `${style.bold(output.experiment)}  ${output.task} is ${style.green(output.status)}`,
    `  ${output.finalSummary}`,
  ].join("\n");
}
