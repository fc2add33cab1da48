import type { z } from "zod";
import { formatAge } from "../../core/text/age.ts";
import { formatSettingValue } from "../../core/experiment/config-summary.ts";
import {
  formatColumnScore,
  formatDelta,
  formatRange,
  formatScore,
  sameDecimals,
} from "../../core/score/score.ts";
import { caveat } from "../../core/score/shown-score.ts";
import type { show } from "../../operations/commands/review/show.ts";
import { foldStrip, scaleOf } from "./folds.ts";
import { colorDelta, colorState, earlierText, otherScoreText } from "./history.ts";
import { pairingText } from "./lb-pairing.ts";
import { renderProblems } from "./problems.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Output = z.output<typeof show.output>;

const shownRuns = 5;

export function renderShow(output: Output, style: Style): string {
  const { summary } = output;
  const best = summary.best ? style.green("  ★ best CV") : "";
  return [
    `${style.bold(summary.experiment)}${best}  ${colorState(summary, style)}`,
    ...labelled(factsOf(output, style), style),
    ...settingLines(output, style),
    ...runLines(output, style),
    ...renderProblems(output.problems, style),
  ].join("\n");
}

type Fact = [label: string, text: string | undefined];

function factsOf(output: Output, style: Style): Fact[] {
  const { summary, task } = output;
  return [
    ["hypothesis", summary.hypothesis ?? undefined],
    ["CV", cvText(output)],
    ["folds", foldText(output)],
    ["proof", proofText(output)],
    ["verify", verifyText(output)],
    ["earlier", summary.earlierBetter === null ? undefined : earlierText(summary.earlierBetter)],
    ["warning", output.warnings.join("\n") || undefined],
    ["LB", lbText(output)],
    ["parent", parentText(output, style)],
    ["children", childrenText(output)],
    ["validation", settingsText(output.validation)],
    ["split", splitText(output)],
    ["other runs", othersText(output)],
    ["code", codeText(output)],
    ["task", task ? `${task.id} ${task.title} (${task.status})` : undefined],
    ["summary", task?.finalSummary || undefined],
    ["created", createdText(output)],
    ["files", output.files.join("  ")],
    ["artifacts", output.artifacts.join("  ") || undefined],
  ];
}

function labelled(facts: readonly Fact[], style: Style): string[] {
  return facts.flatMap(([label, text]) =>
    text === undefined
      ? []
      : [`  ${style.dim(label.padEnd(10))}  ${text.replaceAll("\n", `\n${" ".repeat(14)}`)}`],
  );
}

function cvText({ summary, metric, direction, cvIs }: Output): string {
  if (summary.cv === null) return "not recorded yet";
  const how = cvIs === "oof" ? "over the whole OOF" : "mean of the folds";
  const score = `${formatScore(summary.cv)}${caveat(summary)}`;
  return `${score} ${summary.metric ?? metric}, ${how} (${direction})`;
}

function proofText({ proof, partial }: Output): string | undefined {
  if (proof === null) return undefined;
  const why = partial?.why ? `: ${partial.why}` : "";
  const part = partial === null ? "" : `; validated on part of the rows (${partial.kind}${why})`;
  return `${proof.verdict}: ${proof.summary}${part}`;
}

function verifyText({ verify }: Output): string | undefined {
  if (verify === null) return undefined;
  return [verify.outcome.replaceAll("-", " "), ...verify.why].join("; ");
}

function foldText({ summary }: Output): string | undefined {
  const { folds, std } = summary;
  if (folds.length === 0) return undefined;
  const scores = folds.map(sameDecimals(folds)).join(" ");
  return `${foldStrip(folds, scaleOf(folds))}  ${scores}  std ${formatScore(std ?? 0)}, ${formatRange(folds)}`;
}

function lbText({ summary }: Output): string | undefined {
  if (summary.lb === null && summary.privateLb === null) return undefined;
  const facts =
    summary.lbFrom === "task"
      ? ["from the task, not linked to a run"]
      : [summary.gap === null ? [] : `LB-CV ${formatDelta(summary.gap)}`, pairingText(summary)]
          .flat()
          .filter((fact) => fact !== "");
  const gap = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  const shown = sameDecimals([summary.lb, summary.privateLb]);
  const sides = [
    summary.lb === null ? [] : `public ${shown(summary.lb)}${gap}`,
    summary.privateLb === null ? [] : `private ${shown(summary.privateLb)}`,
  ];
  return sides.flat().join(", ");
}

function parentText({ summary }: Output, style: Style): string | undefined {
  const { parent, difference, improved } = summary;
  if (parent === null) return undefined;
  return difference === null ? parent : `${parent}, Δ ${colorDelta(difference, improved, style)}`;
}

function childrenText({ children }: Output): string | undefined {
  if (children.length === 0) return undefined;
  return children
    .map(({ experiment, difference }) =>
      difference === null ? experiment : `${experiment} ${formatDelta(difference)}`,
    )
    .join(", ");
}

function splitText({ split, summary }: Output): string | undefined {
  if (split === null) return undefined;
  const { splitDiffers } = summary;
  return splitDiffers.length === 0
    ? split
    : `${split}; otherwise than project.yml asked: ${splitDiffers.join("; ")}`;
}

function othersText({ summary }: Output): string | undefined {
  return summary.otherScores.map(otherScoreText).join("\n") || undefined;
}

function settingsText(settings: Record<string, unknown>): string | undefined {
  const entries = Object.entries(settings).filter(([key]) => key !== "folds_sha256");
  if (entries.length === 0) return undefined;
  return entries.map(([key, value]) => `${key}=${formatSettingValue(value)}`).join(", ");
}

function codeText({ gitCommit, codeSha256 }: Output): string | undefined {
  if (codeSha256 === null) return undefined;
  const commit = gitCommit === null ? "" : `, commit ${gitCommit.slice(0, 10)}`;
  return `sha256 ${codeSha256.slice(0, 12)}${commit}`;
}

function createdText({ summary }: Output): string | undefined {
  if (summary.created === null) return undefined;
  const age = summary.ageSeconds === null ? "" : ` (${formatAge(summary.ageSeconds)} ago)`;
  return `${summary.created.slice(0, 16).replace("T", " ")} UTC${age}`;
}

function settingLines({ config, changed }: Output, style: Style): string[] {
  const entries = Object.entries(config);
  if (entries.length === 0) return [];
  const differs = (key: string) => changed.some((one) => one === key || one.startsWith(`${key}.`));
  const rows = entries.map(([key, value]) => [
    `  ${key}`,
    formatSettingValue(value),
    differs(key) ? style.yellow("differs from parent") : "",
  ]);
  return ["", table(rows, { header: ["  setting", "value", ""], style })];
}

function runLines({ runs }: Output, style: Style): string[] {
  if (runs.length === 0) return [];
  const rows = runs
    .slice(0, shownRuns)
    .map((run) => [
      `  ${run.run}`,
      run.kind,
      colorState(run, style),
      run.backend,
      run.seconds === null ? "" : formatAge(run.seconds),
      run.exitCode === null ? "" : String(run.exitCode),
      run.cv === null ? "" : formatColumnScore(run.cv),
    ]);
  const header = ["  run", "kind", "state", "on", "took", "exit code", "CV"];
  const more = runs.length - rows.length;
  return [
    "",
    table(rows, {
      header,
      align: ["left", "left", "left", "left", "right", "right", "right"],
      style,
    }),
    ...(more > 0 ? [style.dim(`  and ${more} more; \`runs\` lists them`)] : []),
  ];
}
